import { typeOfSymbol } from '../lib/domain/entity-types.ts'
import { type FilterFields, fieldsFrom, setIn } from './journal/filter.ts'

/** The parts of a trigger's page. */
export type TriggerTab = 'settings' | 'rehearsal' | 'journal' | 'history'

/** A page of ours, and what it shows. */
export type Place =
  /** `marked`: the trigger that was saved just now. */
  | { page: 'board'; entityTypeId?: number; categoryId?: number | null; marked?: string }
  | {
      page: 'trigger'
      id: string | null
      kind?: string
      entityTypeId: number
      categoryId: number | null
      stageId: string
      /** Shows at once what the trigger would have done lately. */
      rehearse?: boolean
      tab?: TriggerTab
    }
  | ({ page: 'journal' } & Partial<FilterFields>)
  | { page: 'item'; entityTypeId: number; id: number }
  | { page: 'settings' }

/**
 * Which page a placement means (`platform.md` 5.11): a tab of an item's card the item, any other the board of the type and pipeline
 * that the portal's address names. `options` are PLACEMENT_OPTIONS: JSON, an object, or PHP's empty list.
 */
export function openedAt(placement: string, options: unknown): Place {
  const { URI, ID, screen, ...rest } = optionsOf(options)
  const entityTypeId = typeOf(placement) ?? typeInPath(URI)
  const id = Number(ID)
  if (entityTypeId !== null && Number.isInteger(id) && id > 0) return { page: 'item', entityTypeId, id }
  if (screen === 'journal') return { page: screen, ...setIn(fieldsFrom(rest)) }
  if (screen === 'settings') return { page: screen }
  if (entityTypeId === null) return { page: 'board' }
  const categoryId = pipelineInPath(URI)
  return { page: 'board', entityTypeId, ...(categoryId === null ? {} : { categoryId }) }
}

function typeOf(placement: string): number | null {
  const [, symbol = ''] = placement.match(/^CRM_(LEAD|DEAL|QUOTE|SMART_INVOICE|DYNAMIC_\d+)_/) ?? []
  return typeOfSymbol(symbol)
}

function typeInPath(path: string): number | null {
  const [, name = '', dynamic] = path.match(/^\/crm\/(lead|deal|quote|type\/(\d+))\//) ?? []
  return dynamic === undefined ? typeOfSymbol(name.toUpperCase()) : Number(dynamic)
}

function pipelineInPath(path: string): number | null {
  const [, id] = path.match(/\/(?:category|automation)\/(\d+)/) ?? []
  return id === undefined ? null : Number(id)
}

type Options = { URI: string; ID: unknown; screen: unknown; [name: string]: unknown }

function optionsOf(options: unknown): Options {
  let read = options
  if (typeof options === 'string') {
    try {
      read = JSON.parse(options)
    } catch {
      read = null
    }
  }
  const { URI, ID, screen, ...rest } = (read ?? {}) as Record<string, unknown>
  return { ...rest, URI: typeof URI === 'string' ? URI : '', ID, screen }
}
