import { DEAL, ESTIMATE, hasPipelines, INVOICE, isSmartProcess, LEAD } from '../../domain/entity-types.ts'
import { rowsOf } from '../../domain/php-values.ts'
import { ask } from '../client/batches.ts'
import { readToEnd } from '../client/paging.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import type { Command, CommandResult } from '../client/rest.ts'
import { type DirectoryAnswer, missingBy, optional } from './answer.ts'
import { parseStages, type Stage, stageEntityId } from './stages.ts'

/** A pipeline; `categoryId` is null for leads and estimates, which have one. Stages in the portal's order. */
type Pipeline = Readonly<{ categoryId: number | null; title: string; stages: readonly Stage[] }>

/** `hasClient`: its items have a client field, which smart processes may do without; so far as anybody may know. */
type Titled = Readonly<{ entityTypeId: number; title: string; hasClient: boolean }>

/** A kind of item that has stages. */
export type ItemType = Titled & Readonly<{ pipelines: readonly Pipeline[] }>

/** `crm.settings.mode.get`: simple CRM has no leads (`platform.md` 5.7). */
const simpleMode = 2

/** Far more smart processes than a portal has. */
const mostPagesOfTypes = 20

/**
 * All item types with pipelines and stages, for pages and pickers. Two requests: what there is, then the stages and the
 * pipelines of smart processes; a third only for pipelines that the first did not know.
 */
export async function readItemTypes(client: PortalClient): Promise<DirectoryAnswer<ItemType[]>> {
  const { results } = await client.batch({
    mode: { method: 'crm.settings.mode.get' },
    names: { method: 'crm.enum.ownertype' },
    directories: { method: 'crm.status.entity.types' },
    types: { method: 'crm.type.list' },
    deals: { method: 'crm.category.list', params: { entityTypeId: DEAL } },
    invoices: { method: 'crm.category.list', params: { entityTypeId: INVOICE } },
  })
  if (!results.directories?.ok) {
    if (results.directories === undefined) return { ok: false, missing: 'crm.read' }
    return { ok: false, missing: missingBy(results.directories.error, 'crm', 'crm.read') }
  }
  const known = rowsOf(results.directories.result)
  const types = await typesOf(client, results)
  const second = await ask(client, {
    ...Object.fromEntries(
      types
        .filter(({ entityTypeId }) => isSmartProcess(entityTypeId))
        .map(({ entityTypeId }) => [`pipelines_${entityTypeId}`, categoryList(entityTypeId)]),
    ),
    ...stageLists(directoryIds(types, known)),
  })
  const all = { ...second, [`pipelines_${DEAL}`]: results.deals, [`pipelines_${INVOICE}`]: results.invoices }
  const found = types.map((type) => ({ ...type, pipelines: pipelinesOf(type, all, known) }))
  const unread = found.flatMap(({ entityTypeId, pipelines }) =>
    pipelines.map(({ categoryId }) => stageEntityId(entityTypeId, categoryId)).filter((id) => !(stagesName(id) in all)),
  )
  const stages = { ...all, ...(await ask(client, stageLists(unread))) }
  const value = found.map((type) => withStages(type, stages)).filter(({ pipelines }) => pipelines.length > 0)
  return { ok: true, value }
}

type Named = Readonly<Record<string, CommandResult | undefined>>
type Row = Readonly<Record<string, unknown>>

/** Types in the order of the pages: leads, deals, estimates, invoices, then smart processes as the portal lists them. */
async function typesOf(client: PortalClient, results: Named): Promise<Titled[]> {
  const names = rowsOf(optional(results.names))
  const titleOf = (id: number) => String(names.find((row) => Number(row.ID) === id)?.NAME ?? `#${id}`)
  const withLeads = Number(optional(results.mode)) !== simpleMode
  const fixed = [...(withLeads ? [LEAD] : []), DEAL, ESTIMATE, INVOICE]
  const smart = await smartProcesses(client, results.types, names)
  return [...fixed.map((entityTypeId) => ({ entityTypeId, title: titleOf(entityTypeId), hasClient: true })), ...smart]
}

/** `crm.type.list` needs an administrator of CRM; the list of owner types shows them to everybody, but not whether they have stages. */
async function smartProcesses(client: PortalClient, first: CommandResult | undefined, names: Row[]): Promise<Titled[]> {
  if (optional(first) === null || !first?.ok) {
    const smart = names.filter((row) => isSmartProcess(Number(row.ID)))
    return smart.map((row) => ({ entityTypeId: Number(row.ID), title: String(row.NAME ?? ''), hasClient: true }))
  }
  const readPage = async (start: number) =>
    typeRows(start === 0 ? first.result : (await client.call('crm.type.list', { start })).result)
  const rows = await readToEnd(readPage, { keyOf: (row) => row.entityTypeId, most: mostPagesOfTypes })
  return rows
    .filter((row) => row.isStagesEnabled === 'Y' && isSmartProcess(Number(row.entityTypeId)))
    .map(({ entityTypeId, title, isClientEnabled }) => {
      return { entityTypeId: Number(entityTypeId), title: String(title ?? ''), hasClient: isClientEnabled !== 'N' }
    })
}

const typeRows = (result: unknown) => rowsOf((result as { types?: unknown } | null)?.types)

function pipelinesOf({ entityTypeId, title }: Titled, results: Named, known: Row[]): Pipeline[] {
  if (!hasPipelines(entityTypeId)) return [{ categoryId: null, title, stages: [] }]
  const listed = optional(results[`pipelines_${entityTypeId}`]) as { categories?: unknown } | null
  const rows = listed
    ? rowsOf(listed.categories).map((row) => [row.id, row.name])
    : known
        .filter((row) => Number(row.ENTITY_TYPE_ID) === entityTypeId)
        .map((row) => [row.CATEGORY_ID, row.CATEGORY_NAME])
  return rows.map(([id, name]) => ({ categoryId: Number(id), title: String(name ?? title), stages: [] }))
}

function withStages(type: ItemType, results: Named): ItemType {
  const pipelines = type.pipelines.map((pipeline) => {
    const rows = optional(results[stagesName(stageEntityId(type.entityTypeId, pipeline.categoryId))])
    return { ...pipeline, stages: parseStages(rowsOf(rows)) }
  })
  return { ...type, pipelines: pipelines.filter(({ stages }) => stages.length > 0) }
}

/** Directories of stages that the portal named, of these types. */
function directoryIds(types: Titled[], known: Row[]): string[] {
  const wanted = new Set(types.map(({ entityTypeId }) => entityTypeId))
  const named = known.filter((row) => wanted.has(Number(row.ENTITY_TYPE_ID))).map((row) => String(row.ID))
  const single = [LEAD, ESTIMATE].filter((id) => wanted.has(id)).map((id) => stageEntityId(id, null))
  return [...new Set([...named, ...single])].filter((id) => /STAGE|STATUS/.test(id))
}

const stagesName = (entityId: string) => `stages_${entityId}`

function stageLists(entityIds: string[]): Record<string, Command> {
  const list = (ENTITY_ID: string) => ({
    method: 'crm.status.list',
    params: { filter: { ENTITY_ID }, order: { SORT: 'ASC' } },
  })
  return Object.fromEntries(entityIds.map((id) => [stagesName(id), list(id)]))
}

function categoryList(entityTypeId: number): Command {
  return { method: 'crm.category.list', params: { entityTypeId } }
}
