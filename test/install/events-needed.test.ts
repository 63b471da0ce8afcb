import { expect, test } from 'vitest'
import { eventsNeeded, isUsedEvent } from '../../install/events-needed.ts'

const lifecycle = ['ONAPPINSTALL', 'ONAPPUPDATE', 'ONAPPUNINSTALL']
const crm = ['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONCRMTYPEADD']
const all = { scope: ['crm', 'telephony', 'imopenlines', 'placement'] }

test('lifecycle, activities and new types are always bound', () => {
  expect(eventsNeeded({ scope: ['crm'] }, [])).toEqual([...lifecycle, ...crm])
})

test('calls are bound with the scope for telephony only', () => {
  expect(eventsNeeded(all, [])).toEqual([...lifecycle, ...crm, 'ONVOXIMPLANTCALLEND'])
})

test('chat messages are bound while an enabled trigger needs them, and the scope is there', () => {
  expect(eventsNeeded(all, ['chat-message'])).toContain('ONOPENLINEMESSAGEADD')
  expect(eventsNeeded(all, ['chat-accepted'])).not.toContain('ONOPENLINEMESSAGEADD')
  expect(eventsNeeded({ scope: ['crm'] }, ['chat-message'])).not.toContain('ONOPENLINEMESSAGEADD')
})

test('items are bound while an enabled trigger watches their fields; invoices also for payments', () => {
  const items = ['LEAD', 'DEAL', 'QUOTE', 'DYNAMICITEM'].flatMap((type) => [`ONCRM${type}ADD`, `ONCRM${type}UPDATE`])
  expect(eventsNeeded(all, ['field-changed'])).toEqual(expect.arrayContaining(items))
  expect(eventsNeeded(all, ['payment-received']).filter((event) => items.includes(event))).toEqual([
    'ONCRMDYNAMICITEMUPDATE',
  ])
})

test('what may be bound is what the intake keeps', () => {
  const kinds = ['chat-message', 'field-changed', 'payment-received']
  for (const event of eventsNeeded(all, kinds))
    expect(isUsedEvent(event) || lifecycle.includes(event), event).toBe(true)
  expect(isUsedEvent('ONCRMCONTACTADD')).toBe(false)
})
