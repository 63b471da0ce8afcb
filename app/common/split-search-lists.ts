/**
 * A list of the kit that is searched has its search field within the listbox, where readers of the screen expect options alone. Here the whole is
 * a dialog of the same name, and the listbox is the part with the options, which the field controls.
 */
export function splitSearchLists(): void {
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      const whole =
        node instanceof Element ? node.querySelector('[role="listbox"]:has(> [data-slot="focusScope"])') : null
      if (whole) split(whole)
    }
  }).observe(document.body, { childList: true })
}

function split(whole: Element): void {
  const name = document.querySelector(`[aria-controls="${whole.id}"]`)?.getAttribute('aria-label') ?? ''
  const options = whole.querySelector('[data-slot="viewport"]')
  if (!options) return
  options.id = `${whole.id}-options`
  options.role = 'listbox'
  options.ariaMultiSelectable = whole.ariaMultiSelectable
  options.ariaLabel = name
  whole.role = 'dialog'
  whole.ariaLabel = name
  for (const attribute of ['aria-multiselectable', 'aria-orientation']) whole.removeAttribute(attribute)
  whole.querySelector('input')?.setAttribute('aria-controls', options.id)
}
