import { element, select, whenChanged } from './dom.js'
import { post, settings } from './portal.js'
import { say } from './texts.js'

/** The card of an item: what it holds, changed by hand, and its timeline. */
const draw = whenChanged(({ item, stages }) => [
  element('dl', {}, ...facts(item)),
  item.editable ? form(item, stages) : element('p', { textContent: say('page.read-only') }),
  element('h3', { textContent: say('page.timeline') }),
  element('ol', { className: 'timeline' }, ...item.timeline.map(entry)),
])

export function drawCard(container, item, { stages }) {
  if (container.childElementCount > 0 && container.contains(document.activeElement)) return
  draw(container, { item, stages })
}

function facts({ client, responsible, amount }) {
  return Object.entries({ client: client || '–', responsible, amount }).flatMap(([name, value]) => [
    element('dt', { textContent: say(`page.${name}`) }),
    element('dd', { textContent: value }),
  ])
}

/** By hand: another stage, another amount. */
function form({ entityTypeId, id, stageId, opportunity }, stages) {
  const save = (change) => {
    document.activeElement?.blur()
    return post('edit', { entityTypeId, id, ...change })
  }
  const options = stages.map((stage) => ({ id: stage.stageId, name: stage.title }))
  const amount = element('input', { type: 'number', value: opportunity, min: 0 })
  return element(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault()
        void save({ opportunity: amount.value })
      },
    },
    select(say('page.stage'), options, stageId, (chosen) => save({ stageId: chosen })),
    element('label', {}, element('span', { textContent: say('page.amount') }), amount),
    element('button', { textContent: say('page.save-amount') }),
  )
}

function entry({ at, title, text }) {
  return element(
    'li',
    {},
    element('time', { dateTime: at, textContent: new Date(at).toLocaleTimeString(settings.lang) }),
    element('strong', { textContent: ` ${title}` }),
    element('p', { textContent: text }),
  )
}
