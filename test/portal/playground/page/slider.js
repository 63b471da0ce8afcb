import { openApp } from '/app-frame/app-frame.js'
import { selectUser } from '/app-frame/select-user.js'
import { drawCard } from './card.js'
import { element } from './dom.js'
import { go, settings } from './portal.js'
import { say } from './texts.js'

/** What is open now: only another key opens the frame again. */
let shown = ''
let endApp = () => {}
/** The tab of the card: its own or one of the app's. */
let tab = ''
let drawAgain = () => {}

/** What lies over the board: an item's card, the app beside the native automation, or the app's own page. */
export function drawSlider(slider, view, address) {
  drawAgain = () => drawSlider(slider, view, address)
  const { app, automation, item, board, path } = address
  slider.hidden = !(app || automation || item)
  if (slider.hidden) return clear(slider)
  if (!item) tab = ''
  const widget = item ? board.tabs.find(({ placement }) => placement === tab) : automation && board.buttons[0]
  const title = item ? item.title : app ? 'Stagecue' : (widget?.title ?? say('page.automation'))
  const key = JSON.stringify([path, tab, settings.user, settings.lang, view.app.state, widget?.placement ?? ''])
  if (key !== shown) {
    const isSamePage = JSON.parse(shown || '[]')[0] === path
    clear(slider)
    shown = key
    slider.setAttribute('aria-label', title)
    slider.append(
      head(title, board),
      ...(item ? [tabs(board.tabs)] : []),
      element('div', { className: 'content', tabIndex: 0 }),
    )
    if (app && view.app.state === 'absent')
      slider.lastChild.append(element('p', { textContent: say('page.not-installed') }))
    else if (app) void show(slider, { URI: path, ...history.state?.appOptions })
    else if (widget) void show(slider, { ...(item ? { ID: String(item.id) } : {}), URI: path }, widget.placement)
    else if (automation) slider.lastChild.append(element('p', { textContent: say('page.nothing-here') }))
    // Who works with the keyboard goes on in what was opened, or on the tab that was pressed.
    slider.querySelector(isSamePage ? '.tabs [aria-current]' : 'h2')?.focus()
  }
  if (item && !widget) drawCard(slider.lastChild, item, board)
}

/** The tab that is open, for the hints. */
export function openTab() {
  return tab
}

function clear(slider) {
  endApp()
  endApp = () => {}
  shown = ''
  slider.replaceChildren()
}

function head(title, board) {
  const close = element('a', {
    className: 'close',
    href: board.path,
    'aria-label': say('page.close'),
    textContent: '×',
  })
  return element('div', { className: 'toolbar' }, element('h2', { textContent: title, tabIndex: -1 }), close)
}

function tabs(widgets) {
  const choose = (placement) => () => {
    tab = placement
    dispatchEvent(new PopStateEvent('popstate'))
  }
  const all = [{ placement: '', title: say('page.general') }, ...widgets]
  const buttons = all.map(({ placement, title }) =>
    element('button', {
      type: 'button',
      textContent: title,
      onclick: choose(placement),
      ...(placement === tab ? { 'aria-current': 'page' } : {}),
    }),
  )
  return element('nav', { className: 'tabs', 'aria-label': say('page.card') }, ...buttons)
}

/** Puts the app into a frame, by the real protocol. */
async function show(slider, options, placement) {
  const content = slider.lastChild
  const opened = shown
  const query = new URLSearchParams({ user: settings.user, lang: settings.lang, options: JSON.stringify(options) })
  if (!settings.user) query.delete('user')
  if (placement) query.set('placement', placement)
  const response = await fetch(`/app-frame/open?${query}`)
  if (opened !== shown) return
  if (!response.ok) {
    content.innerHTML = await response.text()
    return
  }
  const opening = await response.json()
  const frame = element('iframe', { title: 'Stagecue', name: opening.frameName })
  content.append(frame)
  const reload = () => {
    shown = ''
    drawAgain()
  }
  endApp = openApp(frame, opening, {
    // The feed tells that the app is installed now, which opens it again.
    installed: () => true,
    reload,
    close: () => slider.querySelector('.close').click(),
    openApplication: (params) => go('/marketplace/app/12/', {}, { appOptions: params }),
    openPath: (path) => {
      go(path)
      return { result: 'open' }
    },
    selectUser: (users) => selectUser(users, say('page.choose-employee')),
  })
}
