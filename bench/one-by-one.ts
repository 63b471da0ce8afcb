import { setTimeout as sleep } from 'node:timers/promises'
import { stageEntityId } from '../lib/bitrix24/directory/stages.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { call, tokenFor } from '../test/portal/testing.ts'

/** What such a client needs for a notice: the activity, its bindings, the item, the stages, the move, the entry. */
export const CALLS_ONE_BY_ONE = 6

/** The portal's bucket has room for one more request after so long, milliseconds. */
const PAUSE_MS = 500

/** A client that asks one thing at a time, and again when the portal's limit refuses it: one notice, until its deal is moved. */
export async function moveOneByOne(portal: Portal, activityId: number, stageId: string): Promise<void> {
  const token = tokenFor(portal, SEED.users.sam)
  const ask = async (method: string, params: object) => {
    for (;;) {
      const { status, body } = await call(portal, token, method, params)
      if (status === 200) return body.result
      if (status !== 503) throw new Error(`${method} was answered ${status}: ${JSON.stringify(body)}`)
      await sleep(PAUSE_MS)
    }
  }
  await ask('crm.activity.get', { id: activityId })
  const [{ entityTypeId, entityId }] = await ask('crm.activity.binding.list', { activityId })
  const { item } = await ask('crm.item.get', { entityTypeId, id: entityId })
  await ask('crm.status.list', { filter: { ENTITY_ID: stageEntityId(entityTypeId, item.categoryId) } })
  await ask('crm.item.update', { entityTypeId, id: entityId, fields: { stageId } })
  const fields = { entityTypeId, entityId, title: 'Moved', text: `To ${stageId}`, iconCode: 'info' }
  await ask('crm.timeline.logmessage.add', { fields })
}
