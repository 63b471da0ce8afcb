import { expect, test } from 'vitest'
import { eventsNeeded, isUsedEvent } from '../../install/events-needed.ts'

const lifecycle = ['ONAPPINSTALL', 'ONAPPUPDATE', 'ONAPPUNINSTALL']
const crm = ['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONCRMTYPEADD']
const on = (kind: string, entityTypeId = 2) => ({ kind, entityTypeId })
const all = { scope: ['crm', 'telephony', 'imopenlines', 'placement'] }

test('lifecycle, activities and new types are always bound', () => {
  expect(eventsNeeded({ scope: ['crm'] }, [])).toEqual([...lifecycle, ...crm])
})

test('calls are bound with the scope for telephony only', () => {
  expect(eventsNeeded(all, []).sort()).toEqual([...lifecycle, ...crm, 'ONVOXIMPLANTCALLEND'].sort())
})

test('chat messages are bound while an enabled trigger needs them, and the scope is there', () => {
  expect(eventsNeeded(all, [on('chat-message')])).toContain('ONOPENLINEMESSAGEADD')
  expect(eventsNeeded(all, [on('chat-accepted')])).not.toContain('ONOPENLINEMESSAGEADD')
  expect(eventsNeeded({ scope: ['crm'] }, [on('chat-message')])).not.toContain('ONOPENLINEMESSAGEADD')
})

test.each([
  [1, 'LEAD'],
  [2, 'DEAL'],
  [7, 'QUOTE'],
  [31, 'DYNAMICITEM'],
  [177, 'DYNAMICITEM'],
])('items of type %i are bound while an enabled trigger watches their fields, and no others', (entityTypeId, name) => {
  const ofItems = eventsNeeded(all, [on('field-changed', entityTypeId)]).filter(
    (event) => !eventsNeeded(all, []).includes(event),
  )
  expect(ofItems).toEqual([`ONCRM${name}ADD`, `ONCRM${name}UPDATE`])
})

test('changes of invoices are bound while an enabled trigger waits for payments', () => {
  const more = eventsNeeded(all, [on('payment-received')]).filter((event) => !eventsNeeded(all, []).includes(event))
  expect(more).toEqual(['ONCRMDYNAMICITEMADD', 'ONCRMDYNAMICITEMUPDATE'])
})

test('what may be bound is what the intake keeps', () => {
  const triggers = [1, 2, 7, 31].map((type) => on('field-changed', type))
  for (const event of eventsNeeded(all, [...triggers, on('chat-message'), on('payment-received')]))
    expect(isUsedEvent(event) || lifecycle.includes(event), event).toBe(true)
  expect(isUsedEvent('ONCRMCONTACTADD')).toBe(false)
})
