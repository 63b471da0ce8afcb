/**
 * The portal's side of the frame protocol (platform.md 1.4), for every page of the emulator that shows the app. `opening` is
 * what `/app-frame/open` answers, `page` what the surrounding page does at the app's wish. Returns a function that ends it.
 */
export function openApp(frame, opening, page) {
  const ended = new AbortController()
  const answers = answersFor(frame, opening, page)
  const origin = new URL(opening.action).origin
  const appSid = opening.frameName.split('|').at(-1)
  const onMessage = async ({ data, source }) => {
    if (source !== frame.contentWindow || typeof data !== 'string') return
    const { command, params, callbackId, sid } = read(data)
    if (sid !== appSid || opening.swallowed.includes(command)) return
    const answer = answers[command] ? await answers[command](params) : true
    source.postMessage(`${callbackId}:${JSON.stringify(answer ?? true)}`, origin)
  }
  window.addEventListener('message', onMessage, { signal: ended.signal })
  postInto(frame, opening)
  return () => ended.abort()
}

function answersFor(frame, opening, page) {
  const ask = async (what) => {
    const response = await fetch(`/app-frame/${what}?user=${opening.userId}`, { method: 'POST' })
    return response.json()
  }
  return {
    getInitData: () => opening.initData,
    refreshAuth: () => ask('refresh'),
    setInstallFinish: async () => {
      await ask('install-finish')
      page.installed()
      return true
    },
    resizeWindow: ({ width, height }) => {
      frame.style.width = size(width)
      frame.style.height = size(height)
      return { width: frame.clientWidth, height: frame.clientHeight }
    },
    setScroll: ({ scroll }) => {
      frame.parentElement.scrollTop = scroll
      return true
    },
    reloadWindow: () => page.reload(),
    closeApplication: () => page.close(),
    openApplication: (params) => page.openApplication(params),
    setTitle: ({ title }) => {
      document.title = title
      return true
    },
    openPath: ({ path }) => page.openPath(new URL(path, location.href).pathname),
    selectUser: ({ mult }) => page.selectUser(opening.users).then((user) => (mult ? [user] : user)),
  }
}

/** `command:paramsJSON:callbackId:appSid`; empty parameters are left out with their colon, others may hold colons. */
function read(text) {
  const parts = text.split(':')
  const [callbackId, sid] = parts.slice(-2)
  const raw = parts.slice(1, -2).join(':')
  return { command: parts[0], params: raw.startsWith('{') ? JSON.parse(raw) : {}, callbackId, sid }
}

function size(value) {
  return typeof value === 'number' || /^\d+$/.test(value) ? `${value}px` : value
}

/** The app is opened by a form that is posted into the frame. */
function postInto(frame, { action, body }) {
  const form = Object.assign(document.createElement('form'), { method: 'post', action, target: frame.name })
  for (const [name, value] of Object.entries(body)) {
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
  }
  document.body.append(form)
  form.submit()
  form.remove()
}
