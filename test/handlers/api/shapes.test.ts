import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { itemFieldsSchema } from '../../../lib/api/item-field.ts'
import { itemTypeSchema } from '../../../lib/api/item-type.ts'
import { kindSchema } from '../../../lib/api/kind.ts'
import { linkHostsSchema, stoppedLinksSchema } from '../../../lib/api/links.ts'
import { picksSchema } from '../../../lib/api/picks.ts'
import { settingsSchema } from '../../../lib/api/settings.ts'
import { triggerSchema } from '../../../lib/api/trigger.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

let rig: Rig
let admin: Api
let trigger: { id: string }
beforeAll(async () => {
  rig = await startRig()
  admin = await rig.as(SEED.users.admin)
  trigger = await rig.addTrigger({ changeStageAs: { type: 'user', userId: SEED.users.admin } })
})
afterAll(() => rig.stop())

test.each([
  ['/api/kinds', z.array(kindSchema).nonempty()],
  ['/api/directory', z.array(itemTypeSchema).nonempty()],
  ['/api/fields?entityTypeId=2', itemFieldsSchema],
  ['/api/users', picksSchema],
  ['/api/lines', picksSchema],
  ['/api/triggers/picks', picksSchema],
  ['/api/forms', picksSchema],
  ['/api/channels', picksSchema],
  ['/api/links', linkHostsSchema],
  ['/api/links/stopped', stoppedLinksSchema],
  ['/api/settings', settingsSchema],
  ['/api/triggers', z.array(triggerSchema).nonempty()],
  ['/api/triggers/:id', triggerSchema],
])('GET %s answers in its shape, with no key more', async (path, schema) => {
  const { status, body } = await admin('GET', path.replace(':id', trigger.id))
  expect([status, schema.safeParse(body).error?.issues ?? []]).toEqual([200, []])
})

test('what is made and changed is answered in the shape of a trigger', async () => {
  const read = await admin('GET', `/api/triggers/${trigger.id}`)
  const changed = await admin('PUT', `/api/triggers/${trigger.id}`, { ...read.body, name: 'Another name' })
  const made = await admin('POST', '/api/triggers', read.body)
  for (const { body } of [changed, made]) expect(triggerSchema.safeParse(body).error?.issues ?? []).toEqual([])
  expect([changed.status, made.status]).toEqual([200, 201])
})
