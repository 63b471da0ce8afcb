import { workOff } from '../engine/apply.ts'
import { type HeardFacts, recognise } from '../engine/match/recognise.ts'
import { emptyReading } from '../engine/snapshot/snapshot.ts'
import { type ClickGroup, groupClicks } from '../engine/sources/click/click-groups.ts'
import { CLICK, type HeldClick, itemOf } from '../engine/sources/click/held-click.ts'
import type { Round } from '../queue/job.ts'
import { ITEM_BUSY } from '../queue/job-outcomes.ts'
import type { Db } from '../store/database.ts'
import { listHeldClicks } from '../store/job-queries.ts'
import { finishClicks, postponeWork, type WorkRow } from '../store/jobs.ts'
import { findMadeLinks } from '../store/made-links.ts'
import { listEnabledTriggers } from '../store/triggers.ts'

/** A held click with the id of its row. */
type Held = HeldClick & { id: number }

/**
 * Job `click`: judges clicks whose time of holding is over, together with what else is held of the same items, and works them off.
 * Of a judged click nothing stays but the occurrence.
 */
export async function judgeClicks(round: Round, rows: WorkRow[]): Promise<void> {
  const { memberId } = round.portal
  const triggers = await listEnabledTriggers(round.db, memberId)
  if (!triggers.some(({ kind }) => kind === 'email-link-clicked')) {
    const ids = rows.map(({ id }) => id)
    return round.commit((tx) => finishClicks(tx, ids, 'no-trigger', round.clock()))
  }
  const groups = await groupsOf(round, rows)
  const links = groups.map(({ clicks: [{ link }] }) => link)
  const made = await findMadeLinks(round.db, memberId, links)
  const { cases } = await recognise(
    round,
    groups.map((group) => hear(round, group, made)),
    triggers,
  )
  const client = await round.clients.asReader(memberId, 'work')
  await workOff(round, client, emptyReading(), cases, async (tx, deferred) => {
    const later = new Map([...deferred].map(([{ workId }, { at }]) => [workId, at]))
    for (const group of groups) await settleGroup(tx, round, group, later.get(group.clicks[0].id))
  })
}

/** Groups with at least one click whose time is over. */
async function groupsOf(round: Round, rows: WorkRow[]): Promise<ClickGroup<Held>[]> {
  const items = new Set(rows.map(({ body }) => itemOf(JSON.parse(body))))
  const due = new Set(rows.map(({ id }) => id))
  const groups: ClickGroup<Held>[] = []
  for (const item of items) {
    const held = await listHeldClicks(round.db, round.portal.memberId, CLICK, item)
    const ofItem = groupClicks(
      held.map(({ id, body }): Held => ({ ...JSON.parse(body), id })),
      round.timing.clickHoldSeconds * 1000,
    )
    groups.push(...ofItem.filter(({ clicks }) => clicks.some(({ id }) => due.has(id))))
  }
  return groups
}

function hear(round: Round, { clicks, machine }: ClickGroup<Held>, made: ReadonlyMap<string, string>): HeardFacts {
  const [{ id, link, click, at, entityTypeId, itemId }] = clicks
  return {
    facts: {
      shape: 'click',
      linkId: link,
      clickId: click,
      targets: [...new Set(clicks.map(({ target }) => target))],
      at,
      machine,
      secondsAfterMaking: secondsBetween(made.get(link), at),
      place: { entityTypeId },
      heardAt: at,
      seenAt: round.clock().toISOString(),
    },
    origin: { activityId: null, refs: [{ entityTypeId, id: itemId }] },
    source: 'link',
    kinds: ['email-link-clicked'],
    workId: id,
  }
}

/** A link that was made again after it was clicked was made before, too, nobody knows when. */
function secondsBetween(madeAt: string | undefined, clickedAt: string): number | null {
  if (madeAt === undefined || madeAt > clickedAt) return null
  return Math.floor((Date.parse(clickedAt) - Date.parse(madeAt)) / 1000)
}

/** A person's click waits on while its item is busy. */
async function settleGroup(tx: Db, round: Round, group: ClickGroup<Held>, later: Date | undefined): Promise<void> {
  const ids = group.clicks.map(({ id }) => id)
  if (later) return postponeWork(tx, ids, { dueAt: later, reason: ITEM_BUSY }, round.clock())
  await finishClicks(tx, ids, group.machine ? 'machine' : 'counted', round.clock())
}
