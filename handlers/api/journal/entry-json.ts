import type { Selectable } from 'kysely'
import type { Entry, Story } from '../../../lib/api/journal-entry.ts'
import type { Db } from '../../../lib/store/database.ts'
import type { DecisionRow } from '../../../lib/store/decisions.ts'
import type { OccurrenceTable } from '../../../lib/store/schema.ts'
import { readStories } from './story-sources.ts'

/** Decisions as entries, each with what its story is told from. */
export async function entriesOf(db: Db, portal: string, rows: readonly DecisionRow[]): Promise<Entry[]> {
  const stories = await readStories(
    db,
    portal,
    rows.map((row) => ({
      triggerId: String(row.trigger_id),
      at: row.at,
      event: JSON.parse(row.occurrence_facts ?? '{}'),
      decision: JSON.parse(row.facts),
      origin: row.occurrence_origin === null ? null : JSON.parse(row.occurrence_origin),
    })),
  )
  return rows.flatMap((row, index) => (stories[index] ? [entryOfDecision(row, stories[index])] : []))
}

/** One decision as an entry. */
export async function entryOf(db: Db, row: DecisionRow): Promise<Entry | undefined> {
  const [entry] = await entriesOf(db, row.portal, [row])
  return entry
}

/** Facts are what the kind compared, and what the guards did. */
function entryOfDecision(row: DecisionRow, story: Story): Entry {
  return {
    id: String(row.id),
    at: row.at,
    occurrence: {
      kind: row.kind,
      key: row.occurrence_key,
      at: row.occurrence_at ?? row.at,
      source: row.source ?? 'event',
      facts: { ...story.event, ...story.decision },
    },
    trigger: { id: String(row.trigger_id), name: row.trigger_name },
    item: itemOf(row),
    outcome: row.outcome,
    reason: row.reason,
    move: moveOf(row),
    undone: row.undone_at !== null && row.undone_by !== null ? { at: row.undone_at, userId: row.undone_by } : null,
    corrected:
      row.corrected_at !== null && row.corrected_to !== null ? { at: row.corrected_at, to: row.corrected_to } : null,
    story,
  }
}

/** A trigger that an occurrence did not suit: kept in the occurrence, not as a decision. */
export type Filtered = { row: Selectable<OccurrenceTable>; trigger: { id: string; name: string } }

/** What filters ruled out as entries, each with what its story is told from. */
export async function entriesOfFiltered(db: Db, portal: string, filtered: readonly Filtered[]): Promise<Entry[]> {
  const stories = await readStories(
    db,
    portal,
    filtered.map(({ row, trigger }) => ({
      triggerId: trigger.id,
      at: row.heard_at,
      event: JSON.parse(row.facts),
      decision: {},
      origin: JSON.parse(row.origin),
    })),
  )
  return filtered.flatMap((one, index) => (stories[index] ? [entryOfFiltered(one, stories[index])] : []))
}

function entryOfFiltered({ row, trigger }: Filtered, story: Story): Entry {
  return {
    id: `filter:${row.key}:${trigger.id}`,
    at: row.heard_at,
    occurrence: { kind: row.kind, key: row.key, at: row.at, source: row.source, facts: story.event },
    trigger,
    item: null,
    outcome: 'skipped',
    reason: 'filter',
    move: null,
    undone: null,
    corrected: null,
    story,
  }
}

function itemOf({ entity_type_id: entityTypeId, item_id: id }: DecisionRow): Entry['item'] {
  return id === 0 ? null : { entityTypeId, id }
}

function moveOf({ move_from: from, move_to: to, move_user_id: userId, on_behalf_of }: DecisionRow): Entry['move'] {
  if (from === null || to === null || userId === null) return null
  return { from, to, userId, ...(on_behalf_of === null ? {} : { onBehalfOf: on_behalf_of }) }
}
