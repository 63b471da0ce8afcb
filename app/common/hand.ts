/**
 * Where the person is at work. The frame may be much higher than what the portal's window shows of it, and the page cannot know which
 * part that is; but what was just clicked or typed into is in sight, so dialogs and messages appear beside it.
 */
let lastY = 0

export function trackPointer(): void {
  addEventListener('pointerdown', ({ clientY }) => note(clientY), { capture: true, passive: true })
  addEventListener('keydown', ({ target }) => target instanceof Element && note(target.getBoundingClientRect().top), {
    capture: true,
    passive: true,
  })
}

/** Puts the place into a variable of the style sheet; it stays until the next call. */
export function anchorAtPointer(variable: '--dialog-at' | '--notice-at'): void {
  document.documentElement.style.setProperty(variable, `${Math.round(lastY)}px`)
}

function note(y: number): void {
  lastY = y
}
