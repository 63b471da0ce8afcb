import { createHash } from 'node:crypto'

/** Most messengers' ids of messages. */
const ID = /^[\w.:@+-]{1,64}$/

/** A messenger's id of a message as it stands in keys: messengers make them as long and as odd as they like. */
export function messageIdOf(id: string): string {
  return ID.test(id) ? id : createHash('sha256').update(id).digest('hex')
}
