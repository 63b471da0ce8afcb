import type { PortalClient } from '../bitrix24/client/portal-clients.ts'
import type { Command } from '../bitrix24/client/rest.ts'
import { parseStages, stageEntityId } from '../bitrix24/directory/stages.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import { ask } from '../engine/snapshot/fetch.ts'
import { baselineOf } from '../engine/sources/item/field-changes.ts'
import { itemRows, listItems } from '../engine/sources/item/item.ts'
import type { JobContext, JobHandler } from '../queue/job.ts'
import { addItemFields, forgetPipelineFields } from '../store/item-fields.ts'
import { completeJobs, type JobRow, type NewJob, snoozeJobs } from '../store/jobs.ts'
import { listEnabledTriggers } from '../store/triggers.ts'
import { watchedFields } from '../triggers/field-changed.ts'
import { fieldText } from '../triggers/field-text.ts'
import { endIfRefused } from './access/end-if-refused.ts'

const FIELD_BASES = 'field-bases'

/** Rows of one list command, and commands of one request (`platform.md` 5.13, 5.14). */
const PAGE = 50
const PAGES = 50

/** Far more items than are open in a pipeline. */
const MOST_ITEMS = 1_000_000

/** Values kept in one transaction, so that others have their turn. */
const MOST_VALUES = 20_000

type Place = { entityTypeId: number; categoryId: number | null }

/** What a row says: fields that are watched in a pipeline from now on or no longer, and how far their reading has come. */
type Body = Place & {
  watched: string[]
  unwatched: string[]
  /** Absent at first. */
  progress?: {
    /** The pipeline's open stages. */
    stages: string[]
    lastId: number
    /**
     * Items that are still to be read, of those that the portal counted at first; null before the first page. It only falls, whatever the
     * portal answers: what is added meanwhile has its base from its event.
     */
    left: number | null
  }
}

/** The work that follows when other fields are watched than before: one row for each pipeline concerned. */
export function fieldBaselineJobs(
  portal: string,
  before: readonly ReadyTrigger[],
  after: readonly ReadyTrigger[],
  now: Date,
): NewJob[] {
  const places = new Map(
    [...before, ...after].map(({ entityTypeId, categoryId }) => {
      return [`${entityTypeId}:${categoryId}`, { entityTypeId, categoryId }] as const
    }),
  )
  return [...places].flatMap(([name, place]) => {
    const [had, has] = [watchedFields(before, place), watchedFields(after, place)]
    const watched = has.filter((field) => !had.includes(field))
    const unwatched = had.filter((field) => !has.includes(field))
    if (watched.length + unwatched.length === 0) return []
    const body: Body = { ...place, watched, unwatched }
    return [{ portal, kind: FIELD_BASES, subject: `${name}:${now.toISOString()}`, body, dueAt: now }]
  })
}

/**
 * Job `field-bases`: reads how newly watched fields are in all open items of the pipeline, 2500 items a request and one request a
 * turn, so that later changes show; and forgets fields that are watched no longer. Items that a notice was faster with stay as
 * that one saw them.
 */
export const fieldBaselines: JobHandler = async (context, rows) => {
  for (const row of rows) await endIfRefused(context, row, () => readBases(context, row))
}

async function readBases(context: JobContext, row: JobRow): Promise<void> {
  const body: Body = JSON.parse(row.body)
  const { watched, unwatched } = body
  const { memberId } = context.portal
  const triggers = await listEnabledTriggers(context.db, memberId)
  const forgotten = [...watched, ...unwatched.filter((field) => !watchedFields(triggers, body).includes(field))]
  const page = watched.length === 0 ? null : await readPages(context, body)
  await context.commit(async (tx) => {
    if (!body.progress) await forgetPipelineFields(tx, memberId, { ...body, fields: forgotten })
    const now = context.clock()
    if (page === null) return completeJobs(tx, [row.id], 'nothing-to-read', now)
    const fields = page.rows.flatMap((item) => {
      const known = watched.filter((name) => name in item)
      return known.map((name) => baselineOf(memberId, { ...body, id: Number(item.id) }, name, fieldText(item[name])))
    })
    await addItemFields(tx, memberId, fields)
    if (page.progress.left === 0) return completeJobs(tx, [row.id], 'read', now)
    const next = { dueAt: now, reason: 'reading', body: { ...body, progress: page.progress } }
    await snoozeJobs(tx, [row.id], next, now)
  })
}

type Row = Readonly<Record<string, unknown>>

/** The next items by their ids; as many as one request takes once it is known how many there are. */
async function readPages(
  context: JobContext,
  body: Body,
): Promise<{ rows: Row[]; progress: NonNullable<Body['progress']> } | null> {
  const client = await context.clients.asReader(context.portal.memberId, 'work')
  const { stages, lastId, left } = body.progress ?? { stages: await openStages(client, body), lastId: 0, left: null }
  if (stages.length === 0) return null
  const most = Math.min(PAGES, Math.floor(MOST_VALUES / (PAGE * body.watched.length)))
  const count = left === null ? 1 : Math.max(1, Math.min(most, Math.ceil(left / PAGE)))
  const names = Array.from({ length: count }, (_, index) => `page_${index}`)
  const commands = names.map((name, index) => [name, pageCommand(body, stages, lastId, index * PAGE)] as const)
  const answers = await ask(client, Object.fromEntries(commands))
  const rows = names.flatMap((name): Row[] => {
    const answer = answers[name]
    if (!answer) return []
    if (!answer.ok) throw answer.error
    return (itemRows(answer.result) ?? []) as Row[]
  })
  const [first] = names.map((name) => answers[name])
  const total = first?.ok ? (first.total ?? 0) : 0
  const fresh = rows.filter((row) => Number(row.id) > lastId)
  const furthest = Math.max(lastId, ...fresh.map((row) => Number(row.id)))
  const before = left ?? Math.min(total, MOST_ITEMS)
  return {
    rows: fresh,
    progress: { stages, lastId: furthest, left: fresh.length === 0 ? 0 : Math.max(0, before - fresh.length) },
  }
}

async function openStages(client: PortalClient, { entityTypeId, categoryId }: Place): Promise<string[]> {
  const filter = { ENTITY_ID: stageEntityId(entityTypeId, categoryId) }
  const { result } = await client.call('crm.status.list', { filter, order: { SORT: 'ASC' } })
  const open = parseStages(Array.isArray(result) ? result : []).filter((stage) => stage.semantics === 'process')
  return open.map((stage) => stage.stageId)
}

function pageCommand(
  { entityTypeId, categoryId, watched }: Body,
  stages: string[],
  lastId: number,
  start: number,
): Command {
  const place = categoryId === null ? {} : { categoryId }
  const { method, params } = listItems(
    entityTypeId,
    { '@stageId': stages, '>id': lastId, ...place },
    { id: 'ASC' },
    watched,
  )
  return { method, params: { ...params, start } }
}
