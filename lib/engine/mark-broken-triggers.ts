import { stageEntityId } from '../bitrix24/directory/stages.ts'
import type { Decision } from '../domain/decision.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import type { Db } from '../store/database.ts'
import { clearAttention, markAttention } from '../store/triggers.ts'
import { targetIn } from './decide/guard.ts'
import type { PortalSnapshot } from './snapshot/snapshot.ts'

/** Marks that stand for what was read; others are taken back by saving alone. */
const OF_READINGS = ['stage-gone', 'portal-error']

/** A trigger that cannot work until a person acts is marked, and the board shows it: its stage is gone, or what it asks is refused. */
export async function markBrokenTriggers(
  tx: Db,
  portal: string,
  decisions: readonly Decision[],
  now: Date,
): Promise<void> {
  for (const { trigger, facts, reason, move } of decisions) {
    if (reason === 'stage-gone') await mark(tx, portal, trigger.id, reason, String(facts.target), now)
    else if (isRefusedReading({ reason, move }))
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
  const marked = triggers.filter(({ attention }) => attention !== null && OF_READINGS.includes(attention.reason))
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
  return decision.reason === 'stage-gone' || isRefusedReading(decision)
}

function isRefusedReading({ reason, move }: Pick<Decision, 'reason' | 'move'>): boolean {
  return reason === 'portal-error' && move === null
}

function mark(tx: Db, portal: string, triggerId: string, reason: string, detail: string, now: Date): Promise<void> {
  return markAttention(tx, portal, triggerId, { reason, detail, since: now.toISOString() })
}
