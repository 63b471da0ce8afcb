import { reactive } from 'vue'
import type { ActivityName, CrmNames, ItemName } from '../lib/domain/crm-names.ts'
import { type Api, ApiFault, query } from './api.ts'
import type { Choice, ItemType, Pipeline, Stage } from './model.ts'
import type { Translate } from './translate.ts'

/** Lists of the portal that ids come from. */
export type ListName = 'users' | 'triggers' | 'lines' | 'forms' | 'channels'

type Ref = { entityTypeId: number; id: number }

export type Names = {
  /** What an id of the list is called: a plain word where nobody tells. */
  of(list: ListName, id: number | string): string
  stage(place: { entityTypeId: number; categoryId?: number | null }, stageId: string): string
  field(entityTypeId: number, name: string): string
  /** What screens call a value of a field that is an id of a list, yes or no, or a day; else the value itself. */
  value(entityTypeId: number, field: string, value: string): string
  /** As this person sees it; undefined: not known, or not yet. */
  item(ref: Ref): ItemName | undefined
  activity(id: number): ActivityName | undefined
  /** The item as it is at this moment. Throws `ApiFault`. */
  readAgain(ref: Ref): Promise<ItemName | undefined>
  /** Comes back when all names that `read` looks up are known, or after a while: what is shown before would move when they come. */
  ready(read: () => void): Promise<void>
  /** Keeps what a picker was told. */
  learn(list: ListName, entries: readonly Choice[]): void
}

/** The answer of `GET /api/names`. */
type Answer = Record<ListName | 'fields' | 'values', Record<string, string>> & CrmNames

const lists = ['users', 'triggers', 'lines', 'forms', 'channels', 'fields', 'values', 'items', 'activities'] as const
type AskedList = (typeof lists)[number]

/** Wishes of one moment go together; so many of each list at once. */
const gatherMs = 10
const maxNames = 50

/** So long a page waits for its names, milliseconds. */
const maxWaitMs = 2000

/** Names for ids, asked for together when they are first needed. What nobody tells is called by a plain word. */
export function createNames(api: Pick<Api, 'call'>, types: () => ItemType[], t: Translate): Names {
  /** null: asked for, and not known. */
  const known = reactive(new Map<string, string | ItemName | ActivityName | null>())
  const wanted = new Map<AskedList, Set<string>>()
  const asked = new Set<string>()
  /** The requests that are under way, one after the other. */
  let asking: Promise<unknown> | null = null

  const find = (list: AskedList, id: string) => {
    const key = `${list} ${id}`
    const value = known.get(key)
    if (value !== undefined || asked.has(key)) return value
    asked.add(key)
    if (wanted.size === 0) gather()
    wanted.set(list, (wanted.get(list) ?? new Set()).add(id))
    return undefined
  }

  function gather(): void {
    const all = Promise.all([asking, sleep(gatherMs).then(ask)]).finally(() => {
      if (asking === all) asking = null
    })
    asking = all
  }

  async function ask(): Promise<void> {
    const gathered = new Map([...wanted].map(([list, ids]) => [list, [...ids]]))
    wanted.clear()
    const longest = Math.max(...[...gathered.values()].map((ids) => ids.length))
    for (let start = 0; start < longest; start += maxNames) {
      const part = [...gathered].map(([list, ids]) => [list, ids.slice(start, start + maxNames)])
      await askFor(Object.fromEntries(part))
    }
  }

  async function askFor(ids: Partial<Record<AskedList, readonly string[]>>): Promise<void> {
    try {
      keep(await read(ids), ids)
    } catch (fault) {
      // Names are a comfort: what the server does not tell is called by a plain word.
      if (!(fault instanceof ApiFault)) throw fault
      keep({}, ids)
    }
  }

  function read(wishes: Partial<Record<AskedList, readonly string[]>>): Promise<Answer> {
    const values = Object.entries(wishes).map(([list, ids]) => [list, ids?.join(',') ?? ''])
    return api.call('GET', `/api/names${query(Object.fromEntries(values))}`)
  }

  function keep(answer: Partial<Answer>, wishes: Partial<Record<AskedList, readonly string[]>>): void {
    for (const list of lists) {
      for (const id of wishes[list] ?? []) {
        if (known.get(`${list} ${id}`) === undefined) known.set(`${list} ${id}`, answer[list]?.[id] ?? null)
      }
    }
  }

  return {
    learn(list, entries) {
      for (const { id, title } of entries) known.set(`${list} ${id}`, title)
    },
    of(list, id) {
      const name = find(list, String(id))
      return typeof name === 'string' ? name : unnamed(list, String(id), name === undefined, t)
    },
    stage(place, stageId) {
      return findStage(types(), place, stageId)?.title ?? t('names.stage')
    },
    field(entityTypeId, name) {
      const title = find('fields', `${entityTypeId}:${name}`)
      return typeof title === 'string' ? title : t(title === undefined ? 'names.waiting' : 'names.field')
    },
    value(entityTypeId, field, value) {
      if (field === 'stageId') return findStage(types(), { entityTypeId }, value)?.title ?? unknownStage(value, t)
      const title = isCode(value) ? find('values', `${entityTypeId}:${field}:${value}`) : null
      if (typeof title === 'string') return title
      return title === undefined ? t('names.waiting') : value
    },
    item: ({ entityTypeId, id }) =>
      (find('items', `${entityTypeId}:${id}`) as ItemName | null | undefined) ?? undefined,
    activity: (id) => (find('activities', String(id)) as ActivityName | null | undefined) ?? undefined,
    async ready(read) {
      const end = Date.now() + maxWaitMs
      read()
      while (asking && Date.now() < end) {
        await Promise.race([asking, sleep(end - Date.now())])
        read()
      }
    },
    async readAgain({ entityTypeId, id }) {
      const key = `${entityTypeId}:${id}`
      const { items } = await read({ items: [key] })
      known.set(`items ${key}`, items[key] ?? null)
      return items[key]
    },
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A title of a stage may have been typed. */
function unknownStage(value: string, t: Translate): string {
  return /^[A-Z0-9_]+(:[A-Z0-9_]+)?$/.test(value) ? t('names.stage') : value
}

/** May it be an id or a code of a list, yes or no, or a day? */
function isCode(value: string): boolean {
  return /^[\w:|-]{1,50}$/.test(value)
}

/** How an id reads that no list tells: a telephony app that is gone has no line, and a form that is gone no name. */
function unnamed(list: ListName, id: string, isWaiting: boolean, t: Translate): string {
  // A telephone number is a name.
  if (list === 'lines' && /^\+?[\d ()-]{5,}$/.test(id)) return id
  if (isWaiting) return t('names.waiting')
  return t(list === 'lines' && id.startsWith('REST_APP:') ? 'names.app-line' : `names.unknown.${list}`)
}

/** The stage, wherever in the type it stands; ids of stages are unique in a type. */
export function findStage(
  types: readonly ItemType[],
  { entityTypeId }: { entityTypeId: number },
  stageId: string,
): Stage | undefined {
  const type = types.find((one) => one.entityTypeId === entityTypeId)
  return type?.pipelines.flatMap(({ stages }) => stages).find((stage) => stage.stageId === stageId)
}

export function findPipeline(
  types: readonly ItemType[],
  place: { entityTypeId: number; categoryId: number | null },
): Pipeline | undefined {
  const type = types.find(({ entityTypeId }) => entityTypeId === place.entityTypeId)
  return type?.pipelines.find(({ categoryId }) => categoryId === place.categoryId)
}
