import { afterEach, beforeEach, expect, it } from 'vitest'
import { addAudit } from '../../../lib/store/audit.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types, contacts } = SEED

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

it('an administrator takes along all that is kept of the portal, without tokens and names of customers', async () => {
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.sam] })
  await rig.addTrigger({ kind: 'email-incoming', name: 'A customer “wrote”' })
  rig.portal.act.receiveMail({
    bindings: [
      { entityTypeId: types.deal, id: deals.kim },
      { entityTypeId: 3, id: contacts.kim },
    ],
  })
  await rig.settled()
  // More than one page of the audit.
  for (let line = 0; line < 250; line++) {
    const detail = { line }
    await addAudit(rig.stagecue.db, rig.portal.memberId, { userId: users.admin, action: 'tried', detail }, new Date())
  }
  const { status, body } = await admin('GET', '/api/export/data')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    version: 1,
    settings: { managers: [users.sam] },
    people: [{ userId: users.admin, administrator: true }],
    triggers: [{ kind: 'email-incoming', name: 'A customer “wrote”' }],
    journal: [{ outcome: 'moved', item: { entityTypeId: types.deal, id: deals.kim } }],
  })
  const lines = body.audit.flatMap(({ action, detail }: { action: string; detail: { line: number } }) => {
    return action === 'tried' ? [detail.line] : []
  })
  expect(lines).toEqual(Array.from({ length: 250 }, (_, index) => 249 - index))
  const text = JSON.stringify(body)
  const { access_token, refresh_token } = await rig.stagecue.db
    .selectFrom('access')
    .selectAll()
    .executeTakeFirstOrThrow()
  for (const secret of [access_token, refresh_token, 'Kim Client']) expect(text).not.toContain(secret)
})
