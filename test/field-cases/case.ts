import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

const { users, deals } = SEED

/** Kim's only open deal, in the first stage of pipeline 4. */
export const kimsDeal = { entityTypeId: SEED.types.deal, id: SEED.deals.kim }

/** The journal's line of its move by `aTrigger`. */
export const kimsDealMoved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

/** A portal as one of those who reported a case has it, with triggers of theirs. */
export async function begin(
  triggers: readonly Record<string, unknown>[],
  options: Parameters<typeof startRig>[0] = {},
): Promise<Rig> {
  const rig = await startRig({ ...options, portal: { limits: { enabled: false }, ...options.portal } })
  await rig.as(users.sam)
  for (const trigger of triggers) await rig.addTrigger(trigger)
  await rig.settled()
  return rig
}
