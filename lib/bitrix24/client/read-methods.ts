/** Methods whose names do not end in one of the words for reading. */
const readMethodNames = new Set(
  `profile app.info scope events server.time user.current user.admin user.access crm.enum.ownertype crm.status.entity.types
  crm.status.entity.items`.split(/\s+/),
)

/** `event.offline.get` clears what it returns. */
const writingNames = new Set(['event.offline.get'])

/**
 * Does the method only look? Then a lost answer leaves nothing behind and it may simply be asked again. Anything unknown counts as
 * writing.
 */
export function isReadMethod(method: string): boolean {
  if (writingNames.has(method)) return false
  return readMethodNames.has(method) || /\.(get|list|fields)$/.test(method)
}
