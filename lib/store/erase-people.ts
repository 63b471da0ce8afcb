import type { JobType } from '../domain/job-types.ts'
import type { Db } from './database.ts'
import { AWAIT_ACCESS, DELEGATE } from './delegations.ts'
import { findPortal, storeSettings } from './portals.ts'
import { forgetSeenPairs } from './seen-refresh-tokens.ts'

/** Stands where a person was who was erased: no user of Bitrix24 has this id. */
const NOBODY = 0

/** Triggers, by name, that act as this person: they are changed by people, before he is erased. */
export async function triggersActingAs(db: Db, portal: string, userId: number): Promise<string[]> {
  const acting = db.selectFrom('trigger').select('name').where('portal', '=', portal)
  return (await acting.where('acting_user_id', '=', userId).execute()).map(({ name }) => name)
}

/**
 * Takes an employee's access and name away, and his number out of journal, triggers, settings, audit, stopped links, jobs and the log of
 * requests. A move that is being made in his name ends as nobody's; the portal is not asked for his access any more.
 */
export async function eraseUser(tx: Db, portal: string, userId: number, now: Date): Promise<void> {
  await tx.deleteFrom('access').where('portal', '=', portal).where('user_id', '=', userId).execute()
  for (const column of ['move_user_id', 'on_behalf_of', 'undone_by'] as const) {
    const ofPortal = tx.updateTable('decision').where('portal', '=', portal)
    await ofPortal
      .set({ [column]: NOBODY })
      .where(column, '=', userId)
      .execute()
  }
  for (const column of ['user_id', 'on_behalf_of'] as const) {
    const moves = tx.updateTable('intent').where('portal', '=', portal)
    await moves
      .set({ [column]: NOBODY })
      .where(column, '=', userId)
      .execute()
  }
  const byHim = tx.updateTable('trigger').where('portal', '=', portal).where('created_by', '=', userId)
  await byHim.set({ created_by: NOBODY }).execute()
  await eraseFromTexts(tx, portal, userId)
  await eraseFromFacts(tx, portal, userId)
  await eraseFromJobs(tx, portal, userId)
  const stops = tx.updateTable('stopped_link').where('member_id', '=', portal).where('user_id', '=', userId)
  await stops.set({ user_id: NOBODY }).execute()
  await forgetSeenPairs(tx, portal, userId)
  const asked = tx.updateTable('rest_log').where('portal', '=', portal).where('user_id', '=', userId)
  await asked.set({ user_id: null }).execute()
  const home = await findPortal(tx, portal)
  if (!home) return
  const managers = home.settings.managers.filter((id) => id !== userId)
  await storeSettings(tx, portal, { ...home.settings, managers }, now)
  const installed = tx.updateTable('portal').where('member_id', '=', portal).where('installer_id', '=', userId)
  await installed.set({ installer_id: null }).execute()
}

/** The audit and versions of triggers name people in columns and in JSON. */
async function eraseFromTexts(tx: Db, portal: string, userId: number): Promise<void> {
  const entries = await tx.selectFrom('audit').selectAll().where('portal', '=', portal).execute()
  for (const { id, user_id, detail } of entries) {
    const without = withoutUser(detail, userId)
    if (user_id !== userId && without === detail) continue
    const by = user_id === userId ? NOBODY : user_id
    const line = tx.updateTable('audit').where('portal', '=', portal).where('id', '=', id)
    await line.set({ user_id: by, detail: without }).execute()
  }
  const versions = await tx.selectFrom('trigger_version').selectAll().where('portal', '=', portal).execute()
  for (const { trigger_id, version, body, changed_by } of versions) {
    const without = body === null ? null : withoutUser(body, userId)
    if (changed_by !== userId && without === body) continue
    await tx
      .updateTable('trigger_version')
      .set({ changed_by: changed_by === userId ? NOBODY : changed_by, body: without })
      .where('portal', '=', portal)
      .where('trigger_id', '=', trigger_id)
      .where('version', '=', version)
      .execute()
  }
}

/** The journal says whose access was missing. */
async function eraseFromFacts(tx: Db, portal: string, userId: number): Promise<void> {
  const ofPortal = tx.selectFrom('decision').select(['id', 'facts']).where('portal', '=', portal)
  const rows = await ofPortal.where('outcome', '=', 'failed').where('facts', 'like', `%:${userId}%`).execute()
  for (const { id, facts } of rows) {
    const entry = tx.updateTable('decision').where('portal', '=', portal).where('id', '=', id)
    await entry.set({ facts: withoutUser(facts, userId) }).execute()
  }
}

/** Jobs that ask for his access, that wait for it, and those that he asked for: done, due and parked ones. */
async function eraseFromJobs(tx: Db, portal: string, userId: number): Promise<void> {
  const ofKind = (kind: JobType) =>
    tx.selectFrom('work').select(['id', 'body']).where('portal', '=', portal).where('kind', '=', kind)
  const change = (id: number) => tx.updateTable('work').where('portal', '=', portal).where('id', '=', id)
  const asking = tx.deleteFrom('work').where('portal', '=', portal).where('kind', '=', DELEGATE)
  await asking.where('subject', '=', String(userId)).execute()
  for (const { id } of await ofKind(AWAIT_ACCESS).where('subject', 'like', `${userId}:%`).execute()) {
    await change(id)
      .set({ subject: `${NOBODY}:${id}` })
      .execute()
  }
  for (const { id, body } of await ofKind('undo-move').execute()) {
    await change(id)
      .set({ body: withoutUser(body, userId) })
      .execute()
  }
}

/** JSON in which the names of users' numbers say nobody instead of this one; lists of managers lose it. */
function withoutUser(json: string, userId: number): string {
  return JSON.stringify(JSON.parse(json), (name, value) => {
    if (/(userId|createdBy|changedBy|actingUserId|onBehalfOf)$/i.test(name) && value === userId) return NOBODY
    return name === 'managers' && Array.isArray(value) ? value.filter((id) => id !== userId) : value
  })
}
