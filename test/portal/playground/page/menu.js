import { element, whenChanged } from './dom.js'
import { go, post } from './portal.js'
import { say } from './texts.js'

/** The left menu: the pipelines by kind of item, then the app. */
const draw = whenChanged(({ groups, app, admin, current }) => {
  const link = (path, text) => {
    return element('a', { href: path, textContent: text, ...(path === current ? { 'aria-current': 'page' } : {}) })
  }
  const sections = Object.entries(groups).map(([type, pipelines]) =>
    element(
      'section',
      {},
      element('h2', { textContent: type }),
      ...pipelines.map(({ path, title }) => link(path, title || say('page.all'))),
    ),
  )
  return [
    ...sections,
    element('section', {}, element('h2', { textContent: say('page.applications') }), ...appEntries(app, admin, link)),
  ]
})

function appEntries(app, admin, link) {
  const install = (text) =>
    element('button', {
      type: 'button',
      textContent: text,
      onclick: async () => {
        await post('install')
        go(app.path)
      },
    })
  if (app.state === 'absent') {
    return admin ? [install(say('page.install'))] : [element('p', { textContent: say('page.ask-administrator') })]
  }
  return [link(app.path, 'Stagecue'), ...(admin && app.state === 'installed' ? [install(say('page.reinstall'))] : [])]
}

export function drawMenu(container, { pipelines, app, user }, { path, board }) {
  const groups = Object.groupBy(
    pipelines.map(({ type, path, title }) => ({ type, path, title })),
    ({ type }) => type,
  )
  draw(container, { groups, app, admin: user.admin, current: path === app.path ? path : board.path })
}
