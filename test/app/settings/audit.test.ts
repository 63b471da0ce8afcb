import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { auditText, itemOf, triggerIdOf } from '../../../app/settings/audit.ts'
import { format, names, textsOf } from '../samples.ts'

const text = (action: string, detail: Record<string, unknown> = {}) =>
  auditText({ id: '1', at: '', userId: 15, action, detail }, { ...textsOf('en'), names, format })

test('says what was done to what', () => {
  expect(text('trigger-changed', { name: 'Missed' })).toBe('Trigger “Missed” changed')
  expect(text('access-delegation', { userId: 15, outcome: 'refused' })).toContain(
    'on behalf of Sam requested from Bitrix24: not granted',
  )
})

test('names the settings that changed, with their new values', () => {
  const before = { delegate: false, managers: [], paused: false, journalDays: 90 }
  const after = { ...before, managers: [15], paused: true }
  expect(text('settings-changed', { before, after })).toBe('Settings changed: managers: Sam; triggers paused: yes')
})

test('an undo and another attempt tell how they ended, whoever asked', () => {
  expect(text('undo-move', { name: 'Missed', result: 'elsewhere' })).toBe(
    'Undo of a move by trigger “Missed”: refused because the item had moved on',
  )
  expect(text('undo-move', { entryId: 36 })).toContain('result not recorded')
  expect(text('retry-move', { name: 'Missed', result: 'moved' })).toContain('moved')
})

test('lines lead to the item or the trigger that they are about', () => {
  const line = (action: string, detail: Record<string, unknown>) => ({ id: '1', at: '', userId: 15, action, detail })
  expect(itemOf(line('undo-move', { entityTypeId: 2, itemId: 31 }))).toEqual({ entityTypeId: 2, id: 31 })
  expect(itemOf(line('trigger-changed', { name: 'Missed' }))).toBeNull()
  expect(triggerIdOf(line('trigger-changed', { triggerId: '7' }))).toBe('7')
})

test('of an action that these texts do not know it says only that there was one', () => {
  expect(text('moon-phase')).toBe('A change that this page does not know')
})

test('every action of the audit has its words', () => {
  const cwd = new URL('../../..', import.meta.url)
  const files = globSync('{lib,handlers,install}/**/*.ts', { cwd })
  const sources = files.map((file) => readFileSync(new URL(file, cwd), 'utf8'))
  const actions = sources.flatMap((source) =>
    [...source.matchAll(/\buserId[^{}]*, action: '([\w-]+)'/g)].map(([, action]) => action),
  )
  const { te } = textsOf('en')
  expect(actions.length).toBeGreaterThan(5)
  expect(['undo-move', 'retry-move', ...actions].filter((action) => !te(`audit.actions.${action}`))).toEqual([])
})
