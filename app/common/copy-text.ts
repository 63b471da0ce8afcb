/**
 * Puts a text into the clipboard, from within a click. The portal seldom lets the frame use the clipboard itself, and browsers complain
 * of each attempt; copying what is marked, though old, works in frames too, so it comes first. `false`: neither works.
 */
export async function copyText(text: string): Promise<boolean> {
  if (copyMarked(text)) return true
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function copyMarked(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'sr-only'
  const focused = document.activeElement
  document.body.append(field)
  field.focus({ preventScroll: true })
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  return isCopied
}
