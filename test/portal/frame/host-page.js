/* global host */
// The portal's side of the frame protocol (platform.md 1.4). `host` is set by host.ts.
const frame = document.querySelector('iframe')
const dialog = document.querySelector('dialog')

const answers = {
  getInitData: () => host.initData,
  refreshAuth: () => ask('refresh'),
  setInstallFinish: async () => {
    await ask('install-finish')
    location.assign(`/app-frame?user=${host.userId}`)
    return true
  },
  resizeWindow: ({ width, height }) => {
    frame.style.width = size(width)
    frame.style.height = size(height)
    return { width: frame.clientWidth, height: frame.clientHeight }
  },
  reloadWindow: () => location.reload(),
  setTitle: ({ title }) => {
    document.title = title
    return true
  },
  openPath: ({ path }) => {
    document.body.dataset.openedPath = new URL(path, location.href).pathname
    return { result: 'close' }
  },
  selectUser: ({ mult }) => chooseUser().then((user) => (mult ? [user] : user)),
}

window.addEventListener('message', async ({ data, source }) => {
  if (source !== frame.contentWindow || typeof data !== 'string') return
  const { command, params, callbackId } = read(data)
  const answer = answers[command] ? await answers[command](params) : true
  source.postMessage(`${callbackId}:${JSON.stringify(answer ?? true)}`, '*')
})

/** `command:paramsJSON:callbackId:appSid`; the parameters may be missing and may hold colons. */
function read(text) {
  const parts = text.split(':')
  const callbackId = parts.at(-2)
  const raw = parts.slice(1, -2).join(':')
  return { command: parts[0], params: raw.startsWith('{') ? JSON.parse(raw) : {}, callbackId }
}

async function ask(what) {
  const response = await fetch(`/app-frame/${what}?user=${host.userId}`, { method: 'POST' })
  return response.json()
}

function size(value) {
  return typeof value === 'number' || /^\d+$/.test(value) ? `${value}px` : value
}

function chooseUser() {
  return new Promise((resolve) => {
    const buttons = host.users.map((user) => {
      const button = Object.assign(document.createElement('button'), { textContent: user.name })
      button.onclick = () => {
        dialog.close()
        resolve({ ...user, photo: '', position: '', url: `/company/personal/user/${user.id}/` })
      }
      const row = document.createElement('li')
      row.append(button)
      return row
    })
    dialog.querySelector('ul').replaceChildren(...buttons)
    dialog.showModal()
  })
}

/** Opens the app: a form that is posted into the frame. */
function open() {
  const form = Object.assign(document.createElement('form'), {
    method: 'post',
    action: host.action,
    target: frame.name,
  })
  for (const [name, value] of Object.entries(host.body)) {
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
  }
  document.body.append(form)
  form.submit()
  form.remove()
}

open()
