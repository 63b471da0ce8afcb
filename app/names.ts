import { reactive } from 'vue'
import { type Api, ApiFault, query } from './api.ts'
import type { Choice, ItemType, Picks, Pipeline, Stage } from './model.ts'
import type { Translate } from './translate.ts'

/** Lists of the portal that ids come from. */
export type ListName = 'users' | 'lines' | 'forms' | 'channels'

export type Names = {
  /** What an id of the list is called, as far as anybody knows. */
  of(list: ListName, id: number | string): string
  stage(place: { entityTypeId: number; categoryId?: number | null }, stageId: string): string
  /** Keeps what a picker was told. */
  learn(list: ListName, entries: readonly Choice[]): void
}

/** How many pages of a list are read for names: 1,000 entries. */
const mostPages = 5

/** Names for ids, from lists that are read when they are first needed. Those who may not read a list see ids. */
export function createNames(api: Pick<Api, 'call'>, types: () => ItemType[], mayRead: boolean, t: Translate): Names {
  const known = reactive<Record<ListName, Record<string, string>>>({ users: {}, lines: {}, forms: {}, channels: {} })
  const asked = new Set<ListName>()

  const learn = (list: ListName, entries: readonly Choice[]) => {
    for (const { id, title } of entries) known[list][id] = title
  }

  async function read(list: ListName): Promise<void> {
    asked.add(list)
    let cursor: string | null = null
    try {
      for (let page = 0; page < mostPages; page += 1) {
        const picks: Picks = await api.call('GET', `/api/${list}${query({ limit: 200, cursor: cursor ?? '' })}`)
        learn(list, picks.entries)
        cursor = picks.next
        if (cursor === null) return
      }
    } catch (fault) {
      // Names are a comfort: what the portal does not tell stays an id.
      if (!(fault instanceof ApiFault)) throw fault
    }
  }

  return {
    learn,
    of(list, id) {
      if (mayRead && !asked.has(list)) void read(list)
      return known[list][id] ?? unnamed(list, String(id), t)
    },
    stage(place, stageId) {
      return findStage(types(), place, stageId)?.title ?? stageId
    },
  }
}

/** How an id reads that no list tells: a telephony app has no line of its own, and a form that is gone no name. */
function unnamed(list: ListName, id: string, t: Translate): string {
  if (list === 'users') return `#${id}`
  if (list === 'forms') return t('names.form', { id })
  const [, app] = list === 'lines' ? (/^REST_APP:(\d*)$/.exec(id) ?? []) : []
  if (app === undefined) return id
  return app === '' ? t('names.app-line') : t('names.app-line-id', { id: app })
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
