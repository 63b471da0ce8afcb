let texts

/** What people read here, in the chosen language, as the server has it. */
export async function loadTexts(lang) {
  const response = await fetch(`/playground/texts?${new URLSearchParams({ lang })}`)
  texts = await response.json()
  document.documentElement.lang = lang
}

/** A text by its key, such as `page.close`, with its parameters filled in. */
export function say(key, params = {}) {
  const text = key.split('.').reduce((under, part) => under[part], texts)
  return text.replace(/\{(\w+)\}/g, (_, name) => params[name])
}

/** What stands in the page itself: elements say which text is theirs, or the name of what they hold. */
export function drawTexts() {
  for (const one of document.querySelectorAll('[data-text]')) one.textContent = say(`page.${one.dataset.text}`)
  for (const one of document.querySelectorAll('[data-label]'))
    one.setAttribute('aria-label', say(`page.${one.dataset.label}`))
}
