import { element, whenChanged } from './dom.js'

/** The kanban of a pipeline: a column for each stage, cards that glide when somebody or something moves them. */
export function drawBoard(container, { items }, { board }) {
  const cards = items.filter(({ entityTypeId, categoryId }) => {
    return entityTypeId === board.entityTypeId && categoryId === board.categoryId
  })
  const places = placesOf(container)
  draw(container, { board, cards: cards.map(({ timeline, ...card }) => card) })
  glide(container, places)
}

const draw = whenChanged(({ board, cards }) => [
  element(
    'div',
    { className: 'toolbar' },
    element('h1', { textContent: [board.type, board.title].filter(Boolean).join(' · ') }),
    ...board.buttons.map(({ title }) =>
      element('a', { className: 'button', href: board.automationPath, textContent: title }),
    ),
  ),
  element('div', { className: 'columns' }, ...board.stages.map((stage) => column(stage, cards))),
])

function column({ stageId, title, color }, cards) {
  const own = cards.filter((card) => card.stageId === stageId)
  const heading = element('h2', { textContent: title })
  heading.style.borderColor = color
  return element(
    'section',
    { 'aria-label': title },
    heading,
    element('ul', { 'aria-label': title }, ...own.map((card) => element('li', {}, cardOf(card)))),
  )
}

function cardOf({ entityTypeId, id, path, title, client, amount, responsible, stageId }) {
  return element(
    'a',
    { className: 'card', href: path, 'data-key': `${entityTypeId}:${id}`, 'data-stage': stageId },
    element('strong', { textContent: title }),
    element('span', { textContent: client }),
    element('small', { textContent: `${amount} · ${responsible}` }),
  )
}

function placesOf(container) {
  const cards = [...container.querySelectorAll('[data-key]')]
  return new Map(
    cards.map((card) => [card.dataset.key, { stage: card.dataset.stage, box: card.getBoundingClientRect() }]),
  )
}

/** Lets cards that changed their column glide there from where they were. */
function glide(container, places) {
  for (const card of container.querySelectorAll('[data-key]')) {
    const before = places.get(card.dataset.key)
    if (!before || before.stage === card.dataset.stage) continue
    const now = card.getBoundingClientRect()
    const from = `translate(${before.box.left - now.left}px, ${before.box.top - now.top}px)`
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    if (!calm) card.animate([{ transform: from }, { transform: 'none' }], { duration: 900, easing: 'ease-in-out' })
    card.classList.add('moved')
  }
}
