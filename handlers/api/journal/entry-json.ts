import type { Selectable } from 'kysely'
import type { Entry } from '../../../lib/domain/journal-entry.ts'
import type { DecisionRow } from '../../../lib/store/decisions.ts'
import type { OccurrenceTable } from '../../../lib/store/schema.ts'

/** Facts are what the kind compared, and what the guards did. */
export function entryOfDecision(row: DecisionRow): Entry {
  return {
    id: String(row.id),
    at: row.at,
    occurrence: {
      kind: row.kind,
      key: row.occurrence_key,
      at: row.occurrence_at ?? row.at,
      source: row.source ?? 'event',
      facts: { ...JSON.parse(row.occurrence_facts ?? '{}'), ...JSON.parse(row.facts) },
    },
    trigger: { id: String(row.trigger_id), name: row.trigger_name },
    item: itemOf(row),
    outcome: row.outcome,
    reason: row.reason,
    move: moveOf(row),
    undone: row.undone_at !== null && row.undone_by !== null ? { at: row.undone_at, userId: row.undone_by } : null,
    corrected:
      row.corrected_at !== null && row.corrected_to !== null ? { at: row.corrected_at, to: row.corrected_to } : null,
  }
}

/** One trigger that an occurrence did not suit: kept in the occurrence, not as a decision. */
export function entryOfFiltered(row: Selectable<OccurrenceTable>, trigger: { id: string; name: string }): Entry {
  return {
    id: `filter:${row.key}:${trigger.id}`,
    at: row.heard_at,
    occurrence: { kind: row.kind, key: row.key, at: row.at, source: row.source, facts: JSON.parse(row.facts) },
    trigger,
    item: null,
    outcome: 'skipped',
    reason: 'filter',
    move: null,
    undone: null,
    corrected: null,
  }
}

function itemOf({ entity_type_id: entityTypeId, item_id: id, item_title: title }: DecisionRow): Entry['item'] {
  if (id === 0) return null
  return { entityTypeId, id, ...(title === null ? {} : { title }) }
}

function moveOf({ move_from: from, move_to: to, move_user_id: userId, on_behalf_of }: DecisionRow): Entry['move'] {
  if (from === null || to === null || userId === null) return null
  return { from, to, userId, ...(on_behalf_of === null ? {} : { onBehalfOf: on_behalf_of }) }
}
