import { ask } from '../bitrix24/client/batches.ts'
import { parseItemFields } from '../bitrix24/directory/item-fields.ts'
import { NotFoundError } from '../bitrix24/errors/errors.ts'
import type { JobHandler } from '../engine/context.ts'
import { markGoneFields } from '../engine/mark-broken-triggers.ts'
import { completeJobs } from '../store/jobs.ts'
import { listEnabledOfKinds } from '../store/triggers.ts'

export const CHECK_FIELDS = 'check-fields' as const

/**
 * Job `check-fields`, every hour: triggers that watch a field which was deleted need attention. An event tells of that only when an item
 * changes. Where the portal does not say which fields there are, nothing is decided; what cannot be had now is thrown.
 */
export const checkFields: JobHandler = async (context, rows) => {
  const { memberId } = context.portal
  const triggers = await listEnabledOfKinds(context.db, memberId, ['field-changed'])
  const types = [...new Set(triggers.map(({ entityTypeId }) => entityTypeId))]
  const client = await context.clients.asReader(memberId, 'work')
  const commands = types.map((entityTypeId) => {
    return [`fields_${entityTypeId}`, { method: 'crm.item.fields', params: { entityTypeId } }] as const
  })
  const answers = await ask(client, Object.fromEntries(commands))
  const known = new Map<number, ReadonlySet<string>>()
  for (const entityTypeId of types) {
    const answer = answers[`fields_${entityTypeId}`]
    if (answer?.ok) known.set(entityTypeId, new Set(parseItemFields(answer.result).map(({ id }) => id)))
    else if (answer?.error.retriable) throw answer.error
    else if (answer?.error instanceof NotFoundError) known.set(entityTypeId, new Set())
  }
  await context.commit(async (tx) => {
    await markGoneFields(tx, memberId, known, triggers, context.clock())
    await completeJobs(tx, rows, 'checked', context.clock())
  })
}
