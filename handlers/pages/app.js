import { call, data, element, show, showError } from './stagecue.js'

const { texts } = data

try {
  const session = await call('POST', '/api/session', data.session)
  const triggers = await call('GET', '/api/triggers', undefined, session.token)
  const rows = triggers.map(({ name, enabled }) => element('li', `${name} · ${enabled ? texts.on : texts.off}`))
  const list = document.createElement('ol')
  list.append(...rows)
  show(
    element('p', texts.hello.replace('{name}', session.user.name)),
    rows.length > 0 ? list : element('p', texts.none),
  )
} catch (error) {
  showError(error.message)
}
