import { element, select, whenChanged } from './dom.js'
import { post } from './portal.js'

/** The card of an item: what it holds, changed by hand, and its timeline. */
const draw = whenChanged(({ item, stages }) => [
  element('dl', {}, ...facts(item)),
  item.editable ? form(item, stages) : element('p', { textContent: 'You may read this item, not change it.' }),
  element('h3', { textContent: 'Timeline' }),
  element('ol', { className: 'timeline' }, ...item.timeline.map(entry)),
])

export function drawCard(container, item, { stages }) {
  if (container.childElementCount > 0 && container.contains(document.activeElement)) return
  draw(container, { item, stages })
}

function facts({ client, responsible, amount }) {
  return Object.entries({ Client: client || '–', Responsible: responsible, Amount: amount }).flatMap(
    ([name, value]) => [element('dt', { textContent: name }), element('dd', { textContent: value })],
  )
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
    select('Stage', options, stageId, (chosen) => save({ stageId: chosen })),
    element('label', {}, element('span', { textContent: 'Amount' }), amount),
    element('button', { textContent: 'Save the amount' }),
  )
}

function entry({ at, title, text }) {
  return element(
    'li',
    {},
    element('time', { dateTime: at, textContent: new Date(at).toLocaleTimeString() }),
    element('strong', { textContent: ` ${title}` }),
    element('p', { textContent: text }),
  )
}
