import { expiringCache } from '../../expiring-cache.ts'
import type { PortalClient, PortalClients } from '../client/portal-clients.ts'
import type { DirectoryAnswer } from './answer.ts'
import { readChannels } from './channels.ts'
import type { Entry } from './entry.ts'
import { type FormEntry, readForms } from './forms.ts'
import { type ItemField, readItemFields, readListedFields } from './item-fields.ts'
import { type ItemType, readItemTypes } from './item-types.ts'
import { readLines } from './lines.ts'
import { type MailTracking, readMailTracking } from './mail-tracking.ts'
import { readUsers } from './users.ts'

/**
 * What a portal has to choose from, for pages and pickers. Kept in memory for a short while; guards of moves never use it, they read
 * fresh rows (`design.md` 3, rule 8). Throws `AccessRevokedError` when nobody's access can read, and `PortalError` in passing troubles.
 */
export type Directory = Readonly<{
  /** Item types with pipelines and stages, in the portal's order. */
  readDirectory: (portal: string) => Promise<DirectoryAnswer<ItemType[]>>
  /** Active employees; with `search` those whose name holds it. */
  readUsers: (portal: string, search?: string) => Promise<DirectoryAnswer<Entry<number>[]>>
  readLines: (portal: string) => Promise<DirectoryAnswer<Entry[]>>
  /** Callback forms only, as no other form fires a trigger; with `missing`, the forms of the newest submissions. */
  readForms: (portal: string) => Promise<DirectoryAnswer<FormEntry[]>>
  readChannels: (portal: string) => Promise<DirectoryAnswer<Entry[]>>
  /** Does CRM track the e-mails that it sends? */
  readMailTracking: (portal: string) => Promise<DirectoryAnswer<MailTracking>>
  /** Fields of a type of item; ids are their names in `crm.item.*`. */
  readItemFields: (portal: string, entityTypeId: number) => Promise<DirectoryAnswer<ItemField[]>>
  /** Which of these fields lists of items return; null: nobody may say. Asked each time. */
  readListedFields: (
    portal: string,
    entityTypeId: number,
    names: readonly string[],
  ) => Promise<ReadonlySet<string> | null>
}>

/** How long an answer is kept, milliseconds. */
const stagesFor = 60_000
const othersFor = 5 * 60_000

/** So many letters of answers are kept over all portals: an item directory has about 20,000, a list of five thousand people 200,000. */
const MOST_LETTERS = 16 * 1024 * 1024

export function createDirectory(clients: Pick<PortalClients, 'asReader'>): Directory {
  const cacheOf = expiringCache<DirectoryAnswer<unknown>>(MOST_LETTERS)
  const underWay = new Map<string, Promise<DirectoryAnswer<unknown>>>()

  /** Only full answers are kept, so that a right that was just given shows at once. */
  const answerOf = async <T>(
    portal: string,
    what: string,
    ttl: number,
    read: (client: PortalClient) => Promise<DirectoryAnswer<T>>,
  ): Promise<DirectoryAnswer<T>> => {
    const cache = cacheOf(portal)
    const known = await cache.get(what)
    if (known !== undefined) return known as DirectoryAnswer<T>
    const answer = await read(await clients.asReader(portal, 'page'))
    if (answer.ok && answer.missing === undefined) await cache.set(what, answer, ttl)
    return answer
  }

  /** Whoever asks for the same at the same time waits for the same answer. */
  const kept = <T>(
    portal: string,
    what: string,
    ttl: number,
    read: (client: PortalClient) => Promise<DirectoryAnswer<T>>,
  ): Promise<DirectoryAnswer<T>> => {
    const key = JSON.stringify([portal, what])
    const asked = underWay.get(key) ?? answerOf(portal, what, ttl, read).finally(() => underWay.delete(key))
    underWay.set(key, asked)
    return asked as Promise<DirectoryAnswer<T>>
  }

  return {
    readDirectory: (portal) => kept(portal, 'items', stagesFor, readItemTypes),
    readUsers: (portal, search = '') =>
      kept(portal, `users:${search.trim()}`, othersFor, (client) => readUsers(client, search)),
    readLines: (portal) => kept(portal, 'lines', othersFor, readLines),
    readForms: (portal) => kept(portal, 'forms', othersFor, readForms),
    readChannels: (portal) => kept(portal, 'channels', othersFor, readChannels),
    readMailTracking: (portal) => kept(portal, 'mail-tracking', stagesFor, readMailTracking),
    readItemFields: (portal, entityTypeId) =>
      kept(portal, `fields:${entityTypeId}`, stagesFor, (client) => readItemFields(client, entityTypeId)),
    readListedFields: async (portal, entityTypeId, names) =>
      readListedFields(await clients.asReader(portal, 'page'), entityTypeId, names),
  }
}
