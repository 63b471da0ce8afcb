import { afterEach, beforeEach, expect, test } from 'vitest'
import { findPortal } from '../../../lib/store/portals.ts'
import { updateProbe } from '../../../lib/store/probes.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals } = SEED

let rig: Rig
beforeEach(async () => {
  // Each event comes once, and each request is answered: what is counted is a quiet event.
  const switches = { lostDelivery: 0, duplicateDelivery: 0, sqlError: 0, oauthUnreachable: 0 } as const
  rig = await startRig({ portal: { switches } })
  await rig.as(users.sam)
  await rig.addTrigger({ kind: 'email-incoming' })
  await rig.settled()
})
afterEach(() => rig.stop())

test.each([
  ['yes', 2],
  ['unknown', 2],
  ['no', 3],
] as const)(
  'where the trick of references is said to hold (%s) a quiet event costs %i requests',
  async (answer, requests) => {
    const { db } = rig.stagecue
    await updateProbe(db, rig.portal.memberId, { trick: { answer } }, new Date())
    expect((await findPortal(db, rig.portal.memberId))?.probe.trick).toMatchObject({ answer })
    rig.portal.requests.length = 0
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    expect(rig.portal.requests).toHaveLength(requests)
  },
)
