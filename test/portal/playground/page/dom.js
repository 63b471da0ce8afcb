/** An element with properties, attributes (`aria-…`, `data-…`, `role`) and children; text is never read as HTML. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (/^(aria|data)-|^role$/.test(key)) made.setAttribute(key, value)
    else made[key] = value
  }
  made.append(...children.filter((child) => child !== null && child !== undefined))
  return made
}

/** A labelled choice; `options` are `{id, name}`. */
export function select(label, options, value, onchange) {
  const list = element('select', { onchange: () => onchange?.(list.value) })
  list.append(...options.map(({ id, name }) => element('option', { value: id, textContent: name })))
  if (value !== undefined && value !== null) list.value = value
  return element('label', {}, element('span', { textContent: label }), list)
}

/** Draws again only what changed: into the same container, the same input gives no new elements, so focus and choices stay. */
export function whenChanged(draw) {
  const drawn = new WeakMap()
  return (container, input, ...rest) => {
    const now = JSON.stringify([document.documentElement.lang, input])
    if (drawn.get(container) === now) return
    drawn.set(container, now)
    container.replaceChildren(...draw(input, ...rest))
  }
}
