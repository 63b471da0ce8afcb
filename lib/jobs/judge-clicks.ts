import { applyDecisions } from '../engine/apply.ts'
import type { JobContext } from '../engine/context.ts'
import { recognise, type SourcedFacts } from '../engine/match/recognise.ts'
import { emptySnapshot } from '../engine/snapshot/snapshot.ts'
import { type ClickGroup, groupClicks } from '../engine/sources/click/click-groups.ts'
import { CLICK, type HeldClick, heldClickSchema, itemOf } from '../engine/sources/click/held-click.ts'
import type { Job } from '../queue/job.ts'
import { ITEM_IN_FLIGHT } from '../queue/job-outcomes.ts'
import { readBody } from '../queue/read-body.ts'
import type { Db } from '../store/database.ts'
import { listHeldClicks } from '../store/job-queries.ts'
import { completeClicks, snoozeJobs, trimJobs } from '../store/jobs.ts'
import { findMadeLinks } from '../store/made-links.ts'
import { listEnabledOfKinds } from '../store/triggers.ts'

/** A held click with the id of its row. */
type Held = HeldClick & { id: number }

/**
 * Job `click`: judges clicks whose time of holding is over, together with what else is held of the same items, and works them off.
 * Of a judged click nothing stays but the occurrence.
 */
export async function judgeClicks(context: JobContext, jobs: Job<HeldClick>[]): Promise<void> {
  await judge(context, jobs)
  await trimJobs(context.db, context.tenant, CLICK)
}

async function judge(context: JobContext, jobs: Job<HeldClick>[]): Promise<void> {
  const { memberId } = context.portal
  const triggers = await listEnabledOfKinds(context.db, memberId, ['email-link-clicked'])
  if (triggers.length === 0) {
    return context.commit((tx) => completeClicks(tx, jobs, 'no-trigger', context.clock()))
  }
  const groups = await groupsOf(context, jobs)
  const links = groups.map(({ clicks: [{ link }] }) => link)
  const made = await findMadeLinks(context.db, memberId, links)
  const { evaluations } = await recognise(
    context,
    groups.map((group) => factsOfClicks(context, group, made)),
    triggers,
  )
  const client = await context.clients.asReader(memberId, 'work')
  await applyDecisions(context, client, emptySnapshot(), evaluations, async (tx, deferred) => {
    const later = new Map([...deferred].map(([{ jobId }, { at }]) => [jobId, at]))
    for (const group of groups) await settleGroup(tx, context, group, later.get(group.clicks[0].id))
  })
}

/** Groups with at least one click whose time is over. */
async function groupsOf(context: JobContext, jobs: Job<HeldClick>[]): Promise<ClickGroup<Held>[]> {
  const items = new Set(jobs.map(({ data }) => itemOf(data)))
  const due = new Set(jobs.map(({ id }) => id))
  const groups: ClickGroup<Held>[] = []
  for (const item of items) {
    const held = await listHeldClicks(context.db, context.portal.memberId, CLICK, item)
    const ofItem = groupClicks(
      held.map((row): Held => ({ ...readBody(heldClickSchema, row), id: row.id })),
      context.timing.clickHoldSeconds * 1000,
    )
    groups.push(...ofItem.filter(({ clicks }) => clicks.some(({ id }) => due.has(id))))
  }
  return groups
}

function factsOfClicks(
  context: JobContext,
  { clicks, machine }: ClickGroup<Held>,
  made: ReadonlyMap<string, string>,
): SourcedFacts {
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
      seenAt: context.clock().toISOString(),
    },
    origin: { activityId: null, refs: [{ entityTypeId, id: itemId }] },
    source: 'link',
    kinds: ['email-link-clicked'],
    jobId: id,
  }
}

/** A link that was made again after it was clicked was made before, too, nobody knows when. */
function secondsBetween(madeAt: string | undefined, clickedAt: string): number | null {
  if (madeAt === undefined || madeAt > clickedAt) return null
  return Math.floor((Date.parse(clickedAt) - Date.parse(madeAt)) / 1000)
}

/** A person's click waits on while its item is busy. */
async function settleGroup(
  tx: Db,
  context: JobContext,
  group: ClickGroup<Held>,
  later: Date | undefined,
): Promise<void> {
  const jobs = group.clicks.map(({ id }) => ({ portal: context.portal.memberId, id }))
  if (later)
    return snoozeJobs(tx, jobs, { dueAt: later, reason: ITEM_IN_FLIGHT, waitsFor: ITEM_IN_FLIGHT }, context.clock())
  await completeClicks(tx, jobs, group.machine ? 'machine' : 'counted', context.clock())
}
