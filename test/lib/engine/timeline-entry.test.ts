import { expect, test } from 'vitest'
import type { OpenIntent } from '../../../lib/domain/intent.ts'
import { timelineEntry, undoneEntry } from '../../../lib/engine/move/timeline-entry.ts'
import type { PortalSnapshot } from '../../../lib/engine/snapshot/snapshot.ts'
import { kindCodes } from '../../../lib/triggers/index.ts'

const move = { from: 'C4:RAW', to: 'C4:RAW2', userId: 9915, onBehalfOf: 9916 }
const snapshot = { stages: new Map() } as unknown as PortalSnapshot

/** What the entry of a command says. */
function textOf({ params }: { params?: unknown }): string {
  return (params as { fields: { text: string } }).fields.text
}

test.each(['en', 'de', 'ru'] as const)('in %s an entry names neither stages nor people by their ids', (lang) => {
  for (const kind of kindCodes) {
    const item = { entityTypeId: 2, id: 31 }
    const intent = { item, kind, categoryId: 4, move, trigger: { id: '7', name: 'Missed' } } as unknown as OpenIntent
    const moved = textOf(timelineEntry(intent, 31, { lang, snapshot, names: new Map() }))
    const undone = textOf(undoneEntry(lang, { entityTypeId: 2, entityId: 31, triggerName: 'Missed', move, stages: [] }))
    for (const text of [moved, undone]) expect(text).not.toMatch(/RAW|99\d\d|#|\{|C4:|[a-z]+-[a-z]+-/)
    expect(moved.split('\n')).toHaveLength(2)
  }
})
