import { call, data, element, show, showError, tellPortal } from './stagecue.js'

const { texts } = data

/** Asks what must be decided: two equal choices, none preset. */
function ask(session) {
  const form = document.createElement('form')
  const choices = document.createElement('fieldset')
  const button = element('button', texts.start, { disabled: true })
  const options = [
    ['true', texts.delegate],
    ['false', texts.noDelegate],
  ].map(([value, text]) => {
    const label = document.createElement('label')
    const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'delegate', value })
    label.append(input, text)
    return label
  })
  choices.append(element('legend', texts.question), ...options)
  form.append(choices, button)
  form.onchange = () => {
    button.disabled = false
  }
  form.onsubmit = async (event) => {
    event.preventDefault()
    await install(session, new FormData(form).get('delegate') === 'true')
  }
  show(element('p', texts.hello.replace('{domain}', session.portal.domain)), form)
}

async function install(session, delegate) {
  show(element('p', texts.running, { role: 'status' }))
  try {
    const { steps, ready } = await call('POST', '/api/install', { delegate }, session.token)
    const again = element('button', texts.again, { onclick: () => install(session, delegate) })
    show(list(steps), element('p', ready ? texts.ready : texts.notReady, { role: 'status' }), ...(ready ? [] : [again]))
    if (ready && data.parent) await tellPortal('setInstallFinish')
  } catch (error) {
    showError(error.message)
  }
}

function list(steps) {
  const rows = steps.map(({ id, status, detail }) => {
    const row = document.createElement('li')
    row.append(
      element('span', `${data.steps[id]}: `),
      element('span', data.statuses[status], { className: `status ${status}` }),
      element('div', detail),
    )
    return row
  })
  const steplist = document.createElement('ol')
  steplist.append(...rows)
  return steplist
}

try {
  const session = await call('POST', '/api/session', data.session)
  if (session.user.admin) ask(session)
  else showError(texts.onlyAdministrators)
} catch (error) {
  showError(error.message)
}
