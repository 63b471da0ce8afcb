import { element, whenChanged } from './dom.js'
import { openTab } from './slider.js'
import { say } from './texts.js'

/** The guided line: what to try next. A step is left behind once it is done, or skipped. */
let step
let movesAtFirst
let triggersWereOpen = false

const STEPS = {
  install: {
    text: () => say('hints.install'),
    done: ({ app }) => app.state === 'installed',
  },
  triggers: {
    text: (_, { board }) => say('hints.triggers', { button: board.buttons[0]?.title ?? 'Stagecue' }),
    // It stays as long as somebody is there to follow it.
    done: (_, { automation }) => {
      triggersWereOpen ||= Boolean(automation)
      return triggersWereOpen && !automation
    },
  },
  call: {
    text: ({ items }) => {
      const deal = items.find(({ client, stageId }) => client === 'Kim Client' && stageId === 'C4:NEW')
      const act = say('acts.call-missed')
      return deal ? say('hints.call', { act, deal: deal.title }) : say('hints.call-board', { act })
    },
    done: ({ moves }) => moves > movesAtFirst,
  },
  why: { text: () => say('hints.why'), done: () => openTab() !== '' },
  rights: { text: () => say('hints.rights'), done: ({ user }) => user.name.startsWith('Nora') },
  end: { text: () => say('hints.end'), done: () => false },
}
/** In which order they come, where the app is here already and where it is not. */
const COURSES = {
  installed: ['call', 'why', 'triggers', 'rights', 'end'],
  absent: ['install', 'triggers', 'call', 'why', 'rights', 'end'],
}

export function drawHint(container, view, address) {
  if (!step) {
    movesAtFirst = view.moves
    step = keptStep() ?? { course: view.app.state === 'installed' ? 'installed' : 'absent', at: 0 }
  }
  const here = () => STEPS[COURSES[step.course][step.at]]
  while (here().done(view, address)) step.at += 1
  keepStep()
  draw(container, { text: here().text(view, address), last: here() === STEPS.end }, () => {
    step.at += 1
    drawHint(container, view, address)
  })
}

const draw = whenChanged(({ text, last }, skip) => [
  element('span', { textContent: text }),
  ...(last ? [] : [element('button', { type: 'button', textContent: say('page.next'), onclick: skip })]),
])

/** How far the hints came, in this tab of the browser: a page that is loaded again goes on there. */
function keptStep() {
  return JSON.parse(sessionStorage.getItem('hint') ?? 'null')
}

function keepStep() {
  sessionStorage.setItem('hint', JSON.stringify(step))
}
