import { askPages } from '../bitrix24/client/batches.ts'
import { BATCH_COMMANDS, PAGE_ROWS } from '../bitrix24/client/page-sizes.ts'
import type { PortalClient } from '../bitrix24/client/portal-clients.ts'
import type { Command } from '../bitrix24/client/rest.ts'
import { parseStages, stageEntityId } from '../bitrix24/directory/stages.ts'
import type { JobContext, JobHandler } from '../engine/context.ts'
import type { BaselineBody } from '../engine/sources/item/baseline-jobs.ts'
import { baselineOf } from '../engine/sources/item/field-changes.ts'
import { itemRows, listItems } from '../engine/sources/item/item.ts'
import type { Job } from '../queue/job.ts'
import { addItemFields, forgetPipelineFields } from '../store/item-fields.ts'
import { completeJobs, snoozeJobs } from '../store/jobs.ts'
import { listEnabledOfKinds } from '../store/triggers.ts'
import { watchedFields } from '../triggers/field-changed.ts'
import { fieldText } from '../triggers/field-text.ts'
import { endIfRefused } from './access/end-if-refused.ts'

/** Far more items than are open in a pipeline. */
const MOST_ITEMS = 1_000_000

/** Values kept in one transaction, so that others have their turn. */
const MOST_VALUES = 20_000

/**
 * Job `field-bases`: reads how newly watched fields are in all open items of the pipeline, 2500 items a request and one request a
 * turn, so that later changes show; and forgets fields that are watched no longer. Items that an event was faster with stay as
 * that one saw them.
 */
export const fieldBaselines: JobHandler<BaselineBody> = async (context, jobs) => {
  for (const row of jobs) await endIfRefused(context, row, () => readBases(context, row))
}

async function readBases(context: JobContext, row: Job<BaselineBody>): Promise<void> {
  const body = row.data
  const { watched, unwatched } = body
  const { memberId } = context.portal
  const triggers = await listEnabledOfKinds(context.db, memberId, ['field-changed'])
  const forgotten = [...watched, ...unwatched.filter((field) => !watchedFields(triggers, body).includes(field))]
  const page = watched.length === 0 ? null : await readPages(context, body)
  await context.commit(async (tx) => {
    if (!body.progress) await forgetPipelineFields(tx, memberId, { ...body, fields: forgotten })
    const now = context.clock()
    if (page === null) return completeJobs(tx, [row], 'nothing-to-read', now)
    const fields = page.rows.flatMap((item) => {
      const known = watched.filter((name) => name in item)
      return known.map((name) => baselineOf(memberId, { ...body, id: Number(item.id) }, name, fieldText(item[name])))
    })
    await addItemFields(tx, memberId, fields)
    if (page.progress.left === 0) return completeJobs(tx, [row], 'read', now)
    const next = { dueAt: now, reason: 'reading', tried: 'well', body: { ...body, progress: page.progress } } as const
    await snoozeJobs(tx, [row], next, now)
  })
}

type Row = Readonly<Record<string, unknown>>

/** The next items by their ids; as many as one request takes once it is known how many there are. */
async function readPages(
  context: JobContext,
  body: BaselineBody,
): Promise<{ rows: Row[]; progress: NonNullable<BaselineBody['progress']> } | null> {
  const client = await context.clients.asReader(context.portal.memberId, 'work')
  const { stages, lastId, left } = body.progress ?? { stages: await openStages(client, body), lastId: 0, left: null }
  if (stages.length === 0) return null
  const most = Math.min(BATCH_COMMANDS, Math.floor(MOST_VALUES / (PAGE_ROWS * body.watched.length)))
  const count = left === null ? 1 : Math.max(1, Math.min(most, Math.ceil(left / PAGE_ROWS)))
  const names = Array.from({ length: count }, (_, index) => `page_${index}`)
  const commands = names.map((name, index) => [name, pageCommand(body, stages, lastId, index * PAGE_ROWS)] as const)
  const answers = await askPages(client, Object.fromEntries(commands))
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

async function openStages(
  client: PortalClient,
  { entityTypeId, categoryId }: Pick<BaselineBody, 'entityTypeId' | 'categoryId'>,
): Promise<string[]> {
  const filter = { ENTITY_ID: stageEntityId(entityTypeId, categoryId) }
  const { result } = await client.call('crm.status.list', { filter, order: { SORT: 'ASC' } })
  const open = parseStages(Array.isArray(result) ? result : []).filter((stage) => stage.semantics === 'process')
  return open.map((stage) => stage.stageId)
}

function pageCommand(
  { entityTypeId, categoryId, watched }: BaselineBody,
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
