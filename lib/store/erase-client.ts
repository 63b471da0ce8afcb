import { chatOf } from '../domain/chat-names.ts'
import { eventSymbol, itemEvent, refKey } from '../domain/entity-types.ts'
import type { Origin, Ref } from '../domain/occurrence.ts'
import { eraseFromAudit } from './audit.ts'
import type { Db } from './database.ts'
import { hashedKey } from './forget-occurrences.ts'
import { partsOf } from './parts-of.ts'
import { eraseFromRestLog } from './rest-log.ts'
import { eraseFromStops } from './stopped-links.ts'

/** A client's traces: himself, his items, and the activities that are bound to them. */
export type ClientRefs = Readonly<{ refs: readonly Ref[]; activityIds: readonly number[] }>

/** Rows or keys of one statement. */
const AT_ONCE = 500

/** Jobs whose body names an occurrence by its key. */
const ofOccurrences = ['look', 'await-access'] as const

/** Jobs about one move whose outcome is not known yet. */
const ofMoves = ['settle-move'] as const

/** Jobs about one entry of the journal. */
const ofEntries = ['retry-move', 'undo-move'] as const

/**
 * Erases what is kept of a client: every happening that moved one of his items, might have, or named one, or came of one of the activities, with
 * all that the journal says of it; conversations, e-mails that are watched, hashes of fields, and jobs that name any of this, done or not; ids of
 * items in the audit and in what people read of stopped links. A move that the portal is being asked for is made, and leaves nothing here.
 * Hashes of keys stay, so that nothing counts again. Returns how many happenings.
 */
export async function eraseClient(tx: Db, portal: string, { refs, activityIds }: ClientRefs): Promise<number> {
  const found = [...(await happeningsOf(tx, portal, { refs, activityIds }))]
  const keys = found.map(([key]) => key)
  const activities = [...new Set([...activityIds, ...found.flatMap(([, { activityId }]) => activityId ?? [])])]
  const calls = found.flatMap(([, { callId }]) => callId ?? [])
  await eraseJobsOfKeys(tx, portal, new Set(keys))
  const entries: number[] = []
  for (const some of partsOf(keys, AT_ONCE)) {
    const gone = tx.deleteFrom('decision').where('portal', '=', portal).where('occurrence_key', 'in', some)
    entries.push(...(await gone.returning('id').execute()).map(({ id }) => id))
    const moves = tx.deleteFrom('intent').where('portal', '=', portal).where('occurrence_key', 'in', some)
    const toSettle = (await moves.returning('id').execute()).map(({ id }) => `intent:${id}`)
    for (const jobs of partsOf(toSettle, AT_ONCE)) await eraseJobs(tx, portal, ofMoves, jobs)
    for (const key of some) await forget(tx, portal, key)
  }
  const about = entries.map((id) => `decision:${id}`)
  for (const some of partsOf(about, AT_ONCE)) await eraseJobs(tx, portal, ofEntries, some)
  const sessions = found.flatMap(([, { sessionId }]) => sessionId ?? [])
  const chats = await eraseConversations(tx, portal, { activities, sessions })
  for (const some of partsOf(activities, AT_ONCE)) {
    await tx.deleteFrom('sent_mail').where('portal', '=', portal).where('activity_id', 'in', some).execute()
  }
  await eraseEvents(tx, portal, { refs, activities, calls, chats })
  for (const ref of refs) await eraseItem(tx, portal, ref)
  await eraseFromAudit(tx, portal, refs)
  await eraseFromStops(tx, portal, refs)
  await eraseFromRestLog(
    tx,
    portal,
    new Set([...refs.map(refKey), ...refs.map(({ id }) => `${id}`), ...activities.map(String)]),
  )
  return keys.length
}

/** What an occurrence says of where it came from. */
type Happening = Readonly<{ activityId: number | null; callId: string | null; sessionId: string | null }>

/** Happenings by key: those that are bound to one of the traces, and those that moved one of the items or that the journal tells of it. */
async function happeningsOf(
  tx: Db,
  portal: string,
  { refs, activityIds }: ClientRefs,
): Promise<Map<string, Happening>> {
  const wanted = new Set(refs.map(refKey))
  const activities = new Set(activityIds)
  const journaled = await keysOfItems(tx, portal, refs)
  const found = new Map<string, Happening>()
  for (let last = ''; ; ) {
    const rows = await tx
      .selectFrom('occurrence')
      .select(['key', 'origin', 'facts'])
      .where('portal', '=', portal)
      .where('facts', '<>', 'null')
      .where('key', '>', last)
      .orderBy('key')
      .limit(AT_ONCE)
      .execute()
    for (const { key, origin, facts } of rows) {
      const { activityId, refs: bound, recipients = [] } = JSON.parse(origin) as Origin
      const isBound = [...bound, ...recipients].some((ref) => wanted.has(refKey(ref)))
      if (!isBound && !journaled.has(key) && !(activityId !== null && activities.has(activityId))) continue
      const { callId = null, sessionId = null } = JSON.parse(facts) as Partial<Happening>
      found.set(key, { activityId, callId, sessionId })
    }
    const end = rows.at(-1)
    if (end === undefined || rows.length < AT_ONCE) return found
    last = end.key
  }
}

async function keysOfItems(tx: Db, portal: string, refs: readonly Ref[]): Promise<Set<string>> {
  const keys = new Set<string>()
  for (const { entityTypeId, id } of refs) {
    for (const table of ['decision', 'intent'] as const) {
      const journaled = tx.selectFrom(table).select('occurrence_key').distinct().where('portal', '=', portal)
      const rows = await journaled.where('entity_type_id', '=', entityTypeId).where('item_id', '=', id).execute()
      for (const { occurrence_key } of rows) keys.add(occurrence_key)
    }
  }
  return keys
}

async function forget(tx: Db, portal: string, key: string): Promise<void> {
  const emptied = { facts: 'null', origin: JSON.stringify({ activityId: null, refs: [] }), filtered: '[]' }
  await tx
    .updateTable('occurrence')
    .set({ ...emptied, key: hashedKey(portal, key), yields_to: null })
    .where('portal', '=', portal)
    .where('key', '=', key)
    .execute()
}

/** These conversations, and all others of the same people. Returns how these people's conversations are called. */
async function eraseConversations(
  tx: Db,
  portal: string,
  named: { activities: readonly number[]; sessions: readonly string[] },
): Promise<string[]> {
  const codes = new Set<string>()
  const ofPortal = tx.selectFrom('conversation').select('user_code').where('portal', '=', portal)
  const add = async (found: typeof ofPortal) => {
    for (const { user_code } of await found.execute()) codes.add(user_code)
  }
  for (const some of partsOf(named.activities, AT_ONCE)) await add(ofPortal.where('activity_id', 'in', some))
  for (const some of partsOf(named.sessions, AT_ONCE)) await add(ofPortal.where('session_id', 'in', some))
  for (const some of partsOf([...codes], AT_ONCE)) {
    const talks = tx.deleteFrom('conversation').where('portal', '=', portal).where('user_code', 'in', some)
    const sessions = (await talks.returning('session_id').execute()).map(({ session_id }) => session_id)
    const refused = tx.updateTable('channel').set({ denied_session: null }).where('portal', '=', portal)
    if (sessions.length > 0) await refused.where('denied_session', 'in', sessions).execute()
    const seenMessages = tx.deleteFrom('heard_message').where('portal', '=', portal)
    await seenMessages.where('user_code', 'in', some.map(chatOf)).execute()
  }
  return [...codes]
}

/** Events that told of any of this, and clicks on links of the items. */
async function eraseEvents(
  tx: Db,
  portal: string,
  journaled: {
    refs: readonly Ref[]
    activities: readonly number[]
    calls: readonly string[]
    chats: readonly string[]
  },
): Promise<void> {
  const changes = ['ADD', 'UPDATE'] as const
  const subjects = [
    ...journaled.activities.flatMap((id) => changes.map((change) => `ONCRMACTIVITY${change}:${id}`)),
    ...journaled.refs.flatMap((ref) => changes.map((change) => eventOf(ref, change))),
    ...journaled.calls.map((callId) => `ONVOXIMPLANTCALLEND:${callId}`),
  ]
  for (const some of partsOf(subjects, AT_ONCE)) await eraseJobs(tx, portal, ['notice'], some)
  const beginnings = [
    ...journaled.chats.map((code) => ({ kind: 'notice', begins: `ONOPENLINEMESSAGEADD:${code}:` })),
    ...journaled.refs.map((ref) => ({ kind: 'click', begins: `${refKey(ref)}#` })),
  ]
  for (const { kind, begins } of beginnings) {
    // Letter by letter, and not as a pattern: names of people in messengers may hold any character.
    const ofKind = tx.deleteFrom('work').where('portal', '=', portal).where('kind', '=', kind)
    await ofKind
      .where((eb) => eb(eb.fn('substr', ['subject', eb.lit(1), eb.lit(begins.length)]), '=', begins))
      .execute()
  }
}

/** As the intake names events of items. */
function eventOf({ entityTypeId, id }: Ref, change: 'ADD' | 'UPDATE'): string {
  const event = itemEvent(entityTypeId, change)
  return eventSymbol(entityTypeId) === null ? `${event}:${entityTypeId}:${id}` : `${event}:${id}`
}

async function eraseJobs(tx: Db, portal: string, kinds: readonly string[], subjects: readonly string[]): Promise<void> {
  const ofKinds = tx.deleteFrom('work').where('portal', '=', portal).where('kind', 'in', kinds)
  await ofKinds.where('subject', 'in', subjects).execute()
}

/** Looks for late bindings and waits for access, done or not. */
async function eraseJobsOfKeys(tx: Db, portal: string, keys: ReadonlySet<string>): Promise<void> {
  const ofPortal = tx.selectFrom('work').select(['id', 'body']).where('portal', '=', portal)
  const rows = await ofPortal.where('kind', 'in', ofOccurrences).execute()
  const ids = rows.flatMap(({ id, body }) => (keys.has((JSON.parse(body) as { key?: string }).key ?? '') ? [id] : []))
  for (const some of partsOf(ids, AT_ONCE)) {
    await tx.deleteFrom('work').where('portal', '=', portal).where('id', 'in', some).execute()
  }
}

async function eraseItem(tx: Db, portal: string, { entityTypeId, id }: Ref): Promise<void> {
  const fields = tx.deleteFrom('item_field').where('portal', '=', portal)
  await fields.where('entity_type_id', '=', entityTypeId).where('item_id', '=', id).execute()
}
