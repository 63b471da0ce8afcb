/**
 * The name of a menu's button for those who hear it: what it is for, and what it shows. The kit's own button would be called "Show
 * popup" whatever label stands beside it.
 */
export function menuName(
  label: string,
  items: readonly { id: string | number; label: string }[],
  chosen: readonly unknown[],
  placeholder = '',
): string {
  const shown = items.filter(({ id }) => chosen.includes(id)).map((item) => item.label)
  return `${label}: ${shown.length > 0 ? shown.join(', ') : placeholder}`
}
