import { stageEntityId } from '../bitrix24/directory/stages.ts'
import type { Decision } from '../domain/decision.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import type { Db } from '../store/database.ts'
import { clearAttention, markAttention } from '../store/triggers.ts'
import { targetIn } from './decide/guard.ts'
import type { PortalSnapshot } from './snapshot/snapshot.ts'

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

/** Triggers that the portal refused something before anything was to be moved: it is forgotten when they decide again without it. */
export async function unmarkAnswered(
  tx: Db,
  portal: string,
  triggers: readonly ReadyTrigger[],
  decisions: readonly Decision[],
): Promise<void> {
  const answered = triggers.filter(({ id, attention }) => {
    const own = decisions.filter(({ trigger }) => trigger.id === id)
    return attention?.reason === 'portal-error' && own.length > 0 && !own.some(isRefusedReading)
  })
  await clearAttention(tx, portal, idsOf(answered))
}

/** Marks triggers whose pipeline was read without their stage, whatever happened; the mark goes when the stage is there again. */
export async function markByStages(
  tx: Db,
  portal: string,
  snapshot: PortalSnapshot,
  triggers: readonly ReadyTrigger[],
  now: Date,
): Promise<void> {
  const read = triggers.flatMap((trigger) => {
    const stages = snapshot.stages.get(stageEntityId(trigger.entityTypeId, trigger.categoryId))
    return stages ? [{ trigger, isGone: targetIn(trigger, stages) < 0 }] : []
  })
  for (const { trigger, isGone } of read) {
    if (isGone && trigger.attention === null) await mark(tx, portal, trigger.id, 'stage-gone', trigger.stageId, now)
  }
  const back = read.filter(({ trigger, isGone }) => !isGone && trigger.attention?.reason === 'stage-gone')
  await clearAttention(tx, portal, idsOf(back.map(({ trigger }) => trigger)))
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

function isRefusedReading({ reason, move }: Pick<Decision, 'reason' | 'move'>): boolean {
  return reason === 'portal-error' && move === null
}

function mark(tx: Db, portal: string, triggerId: string, reason: string, detail: string, now: Date): Promise<void> {
  return markAttention(tx, portal, triggerId, { reason, detail, since: now.toISOString() })
}

function idsOf(triggers: readonly ReadyTrigger[]): string[] {
  return [...new Set(triggers.map(({ id }) => id))]
}
