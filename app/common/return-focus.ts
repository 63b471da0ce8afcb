/**
 * Remembers who has the focus now, and returns what gives it back. Dialogs of the kit that no button of theirs opened leave it to the
 * page's body. An entry of a menu is gone by then: its menu's button stands for it.
 */
export function rememberFocus(): () => void {
  const { activeElement } = document
  const menu = activeElement?.closest('[role="menu"]')
  const button = document.getElementById(menu?.getAttribute('aria-labelledby') ?? '')
  const opener = button ?? activeElement
  return () => {
    // After the dialog's own last word.
    setTimeout(() => {
      if (opener instanceof HTMLElement && document.activeElement === document.body)
        opener.focus({ preventScroll: true })
    })
  }
}
