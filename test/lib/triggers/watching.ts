import { type Item, type ItemRef, SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED

export const kimsDeal = { entityTypeId: types.deal, id: deals.kim }

/** A portal without limits whose items' fields are watched. */
export type Watching = {
  rig: Rig
  /** Makes a trigger on these fields and waits until the portal tells of them and they were read. */
  watch(
    fieldNames: string[],
    more?: Record<string, unknown>,
    becomes?: string,
  ): Promise<{ id: string } & Record<string, unknown>>
  /** An employee changes fields, of Kim's deal by default. */
  change(fields: Record<string, unknown>, ref?: ItemRef): Promise<void>
  /** An employee drags a deal to the first stage, Kim's by default. */
  back(ref?: ItemRef): Promise<void>
  /** A deal that was not moved before: the sixth move within ten minutes would be a loop. */
  newDeal(): Promise<Item>
  /** What the journal says since it was last asked. */
  news(): Promise<string[]>
}

export async function beginWatching(): Promise<Watching> {
  const rig = await startRig({ portal: { limits: { enabled: false } } })
  await rig.as(users.sam)
  let told = 0
  return {
    rig,
    async watch(fieldNames, more = {}, becomes) {
      const fields = { fieldNames, ...(becomes === undefined ? {} : { becomes }) }
      const trigger = await rig.addTrigger({ kind: 'field-changed', fields, ...more })
      await rig.settled()
      return trigger
    },
    async change(fields, ref = kimsDeal) {
      rig.portal.act.changeField(ref, fields)
      await rig.settled()
    },
    async back(ref = kimsDeal) {
      rig.portal.act.moveItem(ref, 'C4:NEW')
      await rig.settled()
    },
    async newDeal() {
      const deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: 4, opportunity: 10 })
      await rig.settled()
      return deal
    },
    async news() {
      const story = await rig.story()
      const fresh = story.slice(told)
      told = story.length
      return fresh
    },
  }
}
