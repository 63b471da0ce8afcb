/**
 * A text as a search compares it: capital letters do not matter, nor what keeps lines from ending at a
 * hyphen or a blank.
 */
export function searchText(text: string): string {
  return text.replaceAll('\u2060', '').replaceAll('\u00a0', ' ').toLowerCase()
}
