/**
 * The kit's messages lie between two stops of Tab that lead into them. It hides the stops from screen readers although they can have the
 * focus, which leaves a reader's user nowhere: they are there for everybody, and as empty as before.
 */
export function openFocusGuards(): void {
  const messages = document.querySelector('.notices-in-sight')?.parentElement
  if (!messages) return
  const open = () => {
    for (const guard of messages.querySelectorAll(':scope > [tabindex="0"][aria-hidden]'))
      guard.removeAttribute('aria-hidden')
  }
  // They come with the first message and go with the last.
  new MutationObserver(open).observe(messages, { childList: true })
  open()
}
