import { ask } from '../../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { CommandResult } from '../../../bitrix24/client/rest.ts'
import { type ItemField, isPersonType, parseItemFields } from '../../../bitrix24/directory/item-fields.ts'
import { parseStages, stageEntityId } from '../../../bitrix24/directory/stages.ts'
import type { PortalError } from '../../../bitrix24/errors/errors.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import type { ChangedField } from '../../../triggers/facts.ts'
import { expectedValues } from '../../../triggers/field-changed.ts'
import { fieldText } from '../../../triggers/field-text.ts'
import { becomesIt } from '../../../triggers/shown-value.ts'
import type { JobContext } from '../../context.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import type { FieldChanges } from './field-changes.ts'
import type { WatchedItem } from './watched-item.ts'

/** A changed field for whose new value some trigger may wait under another name. */
type Open = { key: string; watched: WatchedItem; field: string }

/** Ids of people, and of options. */
const ID = /^\d+$/

/** Ids, and codes of stages and of entries of CRM's other lists: `C4:NEW`, `1|TELEGRAM`; programs that add entries choose their own. No days. */
const CODE = /^(?!\d{4}-)[\w:|-]{1,50}$/

/** Yes and no are no names. */
const FLAG = /^[YN]$/

/**
 * Adds what screens call a new value that is an id: the title of an option, a stage or another list's entry, the name of a person. Asked for
 * only where a trigger waits for a value that the id itself is not. What cannot be had now has the item's event wait.
 */
export async function addShownValues(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  changes: ReadonlyMap<string, FieldChanges>,
  triggers: readonly ReadyTrigger[],
): Promise<void> {
  const open = [...changes].flatMap(([key, { changed }]) => {
    const watched = snapshot.watched.get(key)
    if (!watched) return []
    const unknown = changed.filter((change) => mayHaveName(change.value) && isExpected(change, watched, triggers))
    return unknown.map(({ name }): Open => ({ key, watched, field: name }))
  })
  if (open.length === 0) return
  const titles = await titlesOf(context, client, open)
  for (const one of open) {
    const { key, watched, field } = one
    const answer = titles(one)
    if (answer === null) continue
    if ('trouble' in answer) snapshot.failures.set(`watched ${key}`, answer.trouble)
    else keepShown(changes.get(key), field, shownBy(answer.value, watched.row[field]))
  }
}

/** Some trigger waits for a value that this one may be by another name. People and stages have no numbers for names, options may. */
function isExpected(change: ChangedField, { item }: WatchedItem, triggers: readonly ReadyTrigger[]): boolean {
  return expectedValues(triggers, item, change.name).some(
    (becomes) => !becomesIt(becomes, change) && !FLAG.test(becomes) && (isCustom(change.name) || !ID.test(becomes)),
  )
}

function mayHaveName(value: string): boolean {
  return value !== '' && value.split(',').every((one) => CODE.test(one))
}

function isCustom(field: string): boolean {
  return field.startsWith('uf')
}

/** A list is shown by its titles, in their order and in that of the portal. */
function shownBy(titles: Titles, raw: unknown): string[] {
  const named = [raw].flat().map((one) => titles.get(fieldText(one)) ?? fieldText(one))
  return [named.join(', '), named.toSorted().join(','), named.join(',')]
}

function keepShown(changes: FieldChanges | undefined, field: string, shown: readonly string[]): void {
  if (!changes) return
  changes.changed = changes.changed.map((one) =>
    one.name === field ? { ...one, shown: [...(one.shown ?? []), ...shown] } : one,
  )
}

/** What the portal said of a question; null: it refused. */
type Answer<T> = { value: T } | { trouble: PortalError } | null

/** Names of values by their ids. */
type Titles = ReadonlyMap<string, string>

/** What is known of the fields of each type, then the lists that their values are from. */
async function titlesOf(
  context: JobContext,
  client: PortalClient,
  open: readonly Open[],
): Promise<(one: Open) => Answer<Titles>> {
  const fields = await askFields(client, open)
  const fieldOf = ({ watched, field }: Open) => {
    const answer = fields.get(watched.item.entityTypeId) ?? null
    return answer && 'value' in answer ? (answer.value.find(({ id }) => id === field) ?? null) : answer
  }
  const known = open.map((one) => ({ one, field: fieldOf(one) }))
  const lists = await askLists(client, [...new Set(known.flatMap(({ one, field }) => listOf(one, field) ?? []))])
  const people = known.filter(({ field }) => isOfPeople(field))
  const ids = people.flatMap(({ one: { watched, field } }) => [watched.row[field]].flat().map(Number))
  const names = await context.names(context.portal.memberId, ids, 'work')

  return (one) => {
    const field = fieldOf(one)
    if (field === null || 'trouble' in field) return field
    if (isPersonType(field.type)) return { value: new Map([...names].map(([id, name]) => [String(id), name])) }
    const list = listOf(one, field)
    if (list !== null) return lists.get(list) ?? null
    return { value: new Map(field.options.map(({ id, title }) => [id, title])) }
  }
}

async function askFields(client: PortalClient, open: readonly Open[]): Promise<Map<number, Answer<ItemField[]>>> {
  const types = [...new Set(open.map(({ watched }) => watched.item.entityTypeId))]
  const commands = types.map((entityTypeId) => {
    return [`fields_${entityTypeId}`, { method: 'crm.item.fields', params: { entityTypeId } }] as const
  })
  const answers = await ask(client, Object.fromEntries(commands))
  return new Map(types.map((type) => [type, answerOf(answers[`fields_${type}`], parseItemFields)]))
}

async function askLists(client: PortalClient, ids: readonly string[]): Promise<Map<string, Answer<Titles>>> {
  const commands = ids.map((ENTITY_ID) => {
    const params = { filter: { ENTITY_ID }, order: { SORT: 'ASC' } }
    return [`list_${ENTITY_ID}`, { method: 'crm.status.list', params }] as const
  })
  const answers = await ask(client, Object.fromEntries(commands))
  const titles = (result: unknown) =>
    new Map(parseStages(phpList(result) ?? []).map(({ stageId, title }) => [stageId, title]))
  return new Map(ids.map((id) => [id, answerOf(answers[`list_${id}`], titles)]))
}

function answerOf<T>(answer: CommandResult | undefined, read: (result: unknown) => T): Answer<T> {
  if (answer?.ok) return { value: read(answer.result) }
  return answer?.error.retriable ? { trouble: answer.error } : null
}

type Known = ItemField | { trouble: PortalError } | null

function isOfPeople(field: Known): boolean {
  return field !== null && 'type' in field && isPersonType(field.type)
}

/** The list that holds the values of a field; null: none does. Stages are those of the item's pipeline. */
function listOf({ watched: { item } }: Open, field: Known): string | null {
  if (field === null || !('type' in field) || field.type !== 'crm_status') return null
  const isStage = /^(previousS|s)tageId$/.test(field.id)
  return isStage ? stageEntityId(item.entityTypeId, item.categoryId) : field.statusType
}
