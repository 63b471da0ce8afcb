import { element, whenChanged } from './dom.js'
import { openTab } from './slider.js'

/** The guided line: what to try next. A step is left behind once it is done, or skipped. */
let steps
let skipped = 0
let movesAtFirst
let triggersWereOpen = false

const INSTALL = {
  text: () => 'Stagecue is not here yet: press “Install Stagecue” on the left, answer its question, and press Install.',
  done: ({ app }) => app.state === 'installed',
}
const TRIGGERS = {
  text: () => 'Press “Stagecue triggers” above the board: these rules move the cards. Make one for missed calls.',
  // It stays as long as somebody is there to follow it.
  done: (_, { automation }) => {
    triggersWereOpen ||= Boolean(automation)
    return triggersWereOpen && !automation
  },
}
const CALL = {
  text: ({ items }) => {
    const deal = items.find(({ client, stageId }) => client === 'Kim Client' && stageId === 'C4:NEW')
    return `Kim calls: press “Calls, nobody picks up” on the right, and watch ${deal ? `“${deal.title}”` : 'the board'}.`
  },
  done: ({ moves }) => moves > movesAtFirst,
}
const WHY = {
  text: () => 'It moved by itself. Why? Click its card, then the tab “Stagecue”.',
  done: () => openTab() !== '',
}
const RIGHTS = {
  text: () =>
    'Everybody may look at triggers; of items people see what CRM lets them: choose Nora, who has no rights there, at the top right.',
  done: ({ user }) => user.name.startsWith('Nora'),
}
const END = {
  text: () => 'That is the whole idea. Now e-mails, chats, forms, invoices – and move cards by hand.',
  done: () => false,
}

export function drawHint(container, view, address) {
  if (!steps) {
    steps =
      view.app.state === 'installed' ? [CALL, WHY, TRIGGERS, RIGHTS, END] : [INSTALL, TRIGGERS, CALL, WHY, RIGHTS, END]
    movesAtFirst = view.moves
    skipped = Math.min(keptStep(steps.length), steps.length - 1)
  }
  while (steps[skipped].done(view, address)) skipped += 1
  keepStep(steps.length)
  draw(container, { text: steps[skipped].text(view), last: steps[skipped] === END }, () => {
    skipped += 1
    drawHint(container, view, address)
  })
}

const draw = whenChanged(({ text, last }, skip) => [
  element('span', { textContent: text }),
  ...(last ? [] : [element('button', { type: 'button', textContent: 'Next', onclick: skip })]),
])

/** How far the hints came, in this tab of the browser: a page that is loaded again goes on there. `length` tells the two courses apart. */
function keptStep(length) {
  return Number(sessionStorage.getItem(`hint of ${length}`) ?? 0)
}

function keepStep(length) {
  sessionStorage.setItem(`hint of ${length}`, String(skipped))
}
