import { stageEntityId } from '../bitrix24/directory/stages.ts'
import type { Decision } from '../domain/decision.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import type { Db } from '../store/database.ts'
import { clearAttention, markAttention } from '../store/triggers.ts'
import { watchedFields } from '../triggers/field-changed.ts'
import { targetIn } from './decide/guard.ts'
import type { PortalSnapshot } from './snapshot/snapshot.ts'

/** Marks that stand for what was read; others are taken back by saving alone. */
const OF_READS = ['stage-gone', 'portal-error']

/** A trigger that cannot work until a person acts is marked, and the board shows it: its stage is gone, or what it asks is refused. */
export async function markBrokenTriggers(
  tx: Db,
  portal: string,
  decisions: readonly Decision[],
  now: Date,
): Promise<void> {
  for (const { trigger, facts, reason, move } of decisions) {
    if (reason === 'stage-gone') await mark(tx, portal, trigger.id, reason, String(facts.target), now)
    else if (isRefusedRead({ reason, move }))
      await mark(tx, portal, trigger.id, 'portal-error', String(facts.code), now)
  }
}

/** Reasons that are reached only by what was read: nothing is wrong any more with a trigger that is decided so. */
const READ: readonly Decision['reason'][] = [
  'no-item',
  'item-gone',
  'other-pipeline',
  'already-there',
  'from-stage',
  'closed',
  'would-move-back',
  'undone',
  'loop',
  'several',
  'another-trigger',
  'watch',
]

/** Takes the marks of these triggers back that decide again, or move. */
export async function unmarkBroken(
  tx: Db,
  portal: string,
  triggers: readonly ReadyTrigger[],
  { decisions, moves }: { decisions: readonly Decision[]; moves: readonly { trigger: ReadyTrigger }[] },
): Promise<void> {
  const read = decisions.flatMap(({ trigger, reason }) => (READ.includes(reason) ? [trigger.id] : []))
  const broken = decisions.flatMap((one) => (isBroken(one) ? [one.trigger.id] : []))
  const working = new Set([...read, ...moves.map(({ trigger }) => trigger.id)].filter((id) => !broken.includes(id)))
  const marked = triggers.filter(({ attention }) => attention !== null && OF_READS.includes(attention.reason))
  await clearAttention(tx, portal, [...new Set(marked.flatMap(({ id }) => (working.has(id) ? [id] : [])))])
}

/** Marks triggers whose pipeline was read without their stage, also those that nothing happened for. */
export async function markByStages(
  tx: Db,
  portal: string,
  snapshot: PortalSnapshot,
  triggers: readonly ReadyTrigger[],
  now: Date,
): Promise<void> {
  for (const trigger of triggers) {
    const stages = snapshot.stages.get(stageEntityId(trigger.entityTypeId, trigger.categoryId))
    const isGone = stages !== undefined && targetIn(trigger, stages) < 0
    if (isGone && trigger.attention === null) await mark(tx, portal, trigger.id, 'stage-gone', trigger.stageId, now)
  }
}

/** An item as a list shows it: where it stands, and the fields that were asked for, so far as there are such. */
type Shown = {
  item: { entityTypeId: number; categoryId: number | null }
  row: Readonly<Record<string, unknown>>
} | null

/** Marks triggers that watch fields which lists do not show: deleted ones, say. The mark goes when all are shown again. */
export async function markByFields(
  tx: Db,
  portal: string,
  items: readonly Shown[],
  triggers: readonly ReadyTrigger[],
  now: Date,
): Promise<void> {
  for (const trigger of triggers) {
    const shown = items.find((one) => one && isIn(one, trigger))
    if (trigger.kind !== 'field-changed' || !shown) continue
    const missing = watchedFields([trigger], trigger).filter((name) => !(name in shown.row))
    if (missing.length > 0) await mark(tx, portal, trigger.id, 'field-gone', missing.join(', '), now)
    else if (trigger.attention?.reason === 'field-gone') await clearAttention(tx, portal, [trigger.id])
  }
}

/** Marks triggers whose fields are none of those that their type has, by entityTypeId. A type that is not among them decides nothing. */
export async function markGoneFields(
  tx: Db,
  portal: string,
  known: ReadonlyMap<number, ReadonlySet<string>>,
  triggers: readonly ReadyTrigger[],
  now: Date,
): Promise<void> {
  for (const trigger of triggers) {
    const fields = known.get(trigger.entityTypeId)
    const gone = fields ? watchedFields([trigger], trigger).filter((name) => !fields.has(name)) : []
    if (gone.length > 0) await mark(tx, portal, trigger.id, 'field-gone', gone.join(', '), now)
  }
}

function isIn({ item }: NonNullable<Shown>, { entityTypeId, categoryId }: ReadyTrigger): boolean {
  return item.entityTypeId === entityTypeId && item.categoryId === categoryId
}

/** The portal refuses what these triggers are recognised by. */
export async function markRefused(
  tx: Db,
  portal: string,
  triggers: readonly ReadyTrigger[],
  code: string,
  now: Date,
): Promise<void> {
  for (const { id } of triggers) await mark(tx, portal, id, 'portal-error', code, now)
}

function isBroken(decision: Decision): boolean {
  return decision.reason === 'stage-gone' || isRefusedRead(decision)
}

function isRefusedRead({ reason, move }: Pick<Decision, 'reason' | 'move'>): boolean {
  return reason === 'portal-error' && move === null
}

function mark(tx: Db, portal: string, triggerId: string, reason: string, detail: string, now: Date): Promise<void> {
  return markAttention(tx, portal, triggerId, { reason, detail, since: now.toISOString() })
}
