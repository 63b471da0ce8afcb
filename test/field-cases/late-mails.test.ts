import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../api.ts'
import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'
import { begin, kimsDealMoved } from './case.ts'

let rig: Rig
let admin: Api
beforeAll(async () => {
  rig = await begin([{ kind: 'email-incoming' }])
  admin = await rig.as(SEED.users.admin)
  // The trigger was there before the weekend.
  const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString()
  await rig.stagecue.db.updateTable('trigger').set({ ready_at: monthAgo }).execute()
  await rig.stagecue.db.updateTable('portal').set({ installed_at: monthAgo }).execute()
})
afterAll(() => rig.stop())

test('a mailbox that stood still over the weekend brings Kim’s e-mail on Monday: it counts as far back as the administrator says', async () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
  rig.portal.act.receiveMail({ writtenAt: hoursAgo(60) })
  await rig.settled()
  expect(await rig.story()).toEqual(['no item skipped stale'])
  const { entries } = (await admin('GET', '/api/journal')).body
  expect(entries[0].occurrence.facts).toMatchObject({ staleHours: 24 })

  expect((await admin('PUT', '/api/settings', { staleHours: 72 })).status).toBe(200)
  rig.portal.act.receiveMail({ writtenAt: hoursAgo(61) })
  await rig.settled()
  expect(await rig.story()).toEqual(['no item skipped stale', kimsDealMoved])
  rig.portal.act.receiveMail({ writtenAt: hoursAgo(73) })
  await rig.settled()
  expect((await rig.story()).slice(2)).toEqual(['no item skipped stale'])
})
