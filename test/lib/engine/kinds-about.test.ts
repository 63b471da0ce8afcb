import { expect, test } from 'vitest'
import { candidateKinds } from '../../../lib/engine/match/match.ts'
import { eventGroups, kindsAbout, parseSubject } from '../../../lib/engine/sources/index.ts'
import { kindCodes } from '../../../lib/triggers/index.ts'
import { trigger } from './samples.ts'

const message = {
  userCode: 'telegrambot|5|70012|602',
  channelId: '5',
  externalId: '45011',
  at: null,
  byCustomer: true,
  contains: ['price'],
}
/** What events of any source say. */
const data = { FIELDS: { ID: '7', ENTITY_TYPE_ID: '31' }, CALL_ID: 'CALL.7', ...message }

const events = [...new Set(eventGroups.flatMap((group) => group.events))]
const triggers = kindCodes.flatMap((kind) =>
  [1, 2, 7, 31].map((entityTypeId) => trigger({ kind, entityTypeId, fields: { text: 'price' } })),
)

test.each(events)('the triggers of all kinds that %s may serve are read', (event) => {
  const subject = parseSubject({ event, data })
  if (typeof subject === 'string') return expect.fail(subject)
  const mayMatch = candidateKinds({ event, data }, triggers)
  expect(mayMatch).not.toEqual([])
  expect(kindsAbout([subject])).toEqual(expect.arrayContaining(mayMatch))
})

test('together events are served by the kinds of each', () => {
  const call = { type: 'call', callId: 'CALL.7', activityId: null } as const
  const item = { type: 'item', entityTypeId: 2, id: 7 } as const
  expect(kindsAbout([call, item])).toEqual([
    'call-outbound',
    'call-missed',
    'call-inbound',
    'payment-received',
    'field-changed',
  ])
  expect(kindsAbout([])).toEqual([])
})
