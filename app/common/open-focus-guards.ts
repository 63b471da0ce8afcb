/**
 * The kit's messages lie between two stops of Tab that lead into them. It hides the stops from screen readers although they can have the
 * focus, which leaves a reader's user nowhere: they are there for everybody, and as empty as before.
 */
export function openFocusGuards(): void {
  if (watchMessages()) return
  // The kit puts their region beside the page a moment after the page.
  const arrival = new MutationObserver(() => {
    if (watchMessages()) arrival.disconnect()
  })
  arrival.observe(document.body, { childList: true })
}

/** False: there is no region of messages yet. */
function watchMessages(): boolean {
  const region = document.querySelector('.notices-in-sight')?.parentElement
  if (!region) return false
  const open = () => {
    for (const guard of region.querySelectorAll(':scope > [tabindex="0"][aria-hidden]'))
      guard.removeAttribute('aria-hidden')
  }
  // They come with the first message and go with the last.
  new MutationObserver(open).observe(region, { childList: true })
  open()
  return true
}
