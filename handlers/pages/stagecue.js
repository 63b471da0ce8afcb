/** What the server put into the page for its script: the frame's own parameters and texts. */
export const data = JSON.parse(document.getElementById('data').textContent)

const content = document.getElementById('content')

/** Shows these elements in place of what is there. */
export function show(...elements) {
  content.replaceChildren(...elements)
}

/** An element with text and properties; text is never read as HTML. */
export function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties })
}

export function showError(message) {
  show(element('p', message, { className: 'error', role: 'alert' }))
}

/** Calls our API; throws an error whose message may be shown. */
export async function call(method, path, body, token) {
  let response
  try {
    response = await fetch(path, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch {
    throw new Error(data.errors['portal-unavailable'])
  }
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw new Error(answer.error?.message ?? data.errors.internal)
  return answer
}

/** Says something to the portal's window (`command:callbackId:appSid`) and resolves with its answer. */
export function tellPortal(command) {
  const { origin, sid } = data.parent
  const callbackId = crypto.randomUUID().replaceAll('-', '')
  return new Promise((resolve) => {
    addEventListener('message', function listen(event) {
      if (event.source !== parent || event.origin !== origin || typeof event.data !== 'string') return
      if (!event.data.startsWith(`${callbackId}:`)) return
      removeEventListener('message', listen)
      resolve(JSON.parse(event.data.slice(callbackId.length + 1)))
    })
    parent.postMessage([command, callbackId, sid].filter(Boolean).join(':'), origin)
  })
}
