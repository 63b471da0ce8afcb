import { element, select, whenChanged } from './dom.js'
import { post, settings } from './portal.js'
import { say } from './texts.js'

let chosen = '3:502'
const status = element('p', { role: 'status', className: 'told' })

/** Buttons for what a customer, or Sam with this customer, does. */
const draw = whenChanged(({ clients, actGroups }) => [
  select(
    say('page.customer'),
    clients.map(({ key, name }) => ({ id: key, name })),
    clients.some(({ key }) => key === chosen) ? chosen : clients[0].key,
    (key) => {
      chosen = key
    },
  ),
  status,
  ...actGroups.map(groupOf),
])

function groupOf({ title, choice, acts }) {
  const chooser = choice && (choice.options ? select(choice.label, choice.options) : textField(choice))
  const buttons = acts.map(({ id, label }) =>
    element('button', {
      type: 'button',
      textContent: label,
      onclick: async () => {
        const value = chooser?.querySelector('select, input').value
        status.textContent = await post('act', { act: id, client: chosen, choice: value })
      },
    }),
  )
  return element('fieldset', {}, element('legend', { textContent: title }), chooser, ...buttons)
}

function textField({ label, text }) {
  return element('label', {}, element('span', { textContent: label }), element('input', { value: text }))
}

export function drawCustomer(container, { clients, actGroups }) {
  if (!clients.some(({ key }) => key === chosen)) chosen = clients[0].key
  draw(container, { clients, actGroups })
}

const lines = whenChanged((news) =>
  news.map(({ at, text, kind }) =>
    element(
      'li',
      { className: kind },
      element('time', { dateTime: at, textContent: new Date(at).toLocaleTimeString(settings.lang) }),
      ` ${text}`,
    ),
  ),
)

export function drawNews(container, { news }) {
  lines(container, news)
}
