import type { PortalState } from '../state.ts'
import { typeOf } from '../world/entity-types.ts'
import type { EntityType, Item } from '../world/item.ts'
import { canEdit, canRead } from '../world/rights.ts'
import { categoriesOf, findItem, stagesOf } from '../world/stages.ts'
import type { User } from '../world/user.ts'
import type { World } from '../world/world.ts'
import { ACT_GROUPS } from './acts.ts'
import type { ActId } from './buttons/act.ts'
import { clientsOf, nameOfClient } from './clients.ts'
import { newsFor } from './news.ts'
import { APP_PATH, automationPath, boardPath, itemPath } from './paths.ts'
import type { Texts } from './say.ts'

/** `lang` is the portal's code of a language, which may be another than that of the texts. */
type Words = { lang: string; texts: Texts }

/** The portal as one user sees it: all that the page draws. */
export function viewFor(portal: PortalState, user: User, words: Words) {
  const { world } = portal
  const { texts } = words
  const types = [...world.types.values()].filter(({ entityTypeId, hasStages }) => {
    return hasStages && typeOf(world, entityTypeId) !== undefined
  })
  const employees = [...world.users.values()].filter(({ active, type }) => active && type === 'employee')
  const chosen = new Set(types.map(({ entityTypeId }) => entityTypeId))
  const items = [...world.items.values()].filter((item) => chosen.has(item.entityTypeId) && canRead(world, user, item))
  return {
    app: { state: world.app.state, path: APP_PATH },
    user: { id: user.id, name: nameOf(user), admin: user.admin },
    users: employees.map((one) => ({ id: one.id, name: nameOf(one), role: texts.roles[roleOf(one)] })),
    pipelines: types.flatMap((type) => pipelinesOf(portal, type, words)),
    items: items.map((item) => card(portal, user, item)),
    clients: clientsOf(world).map((client) => ({ ...client, name: nameOfClient(client, texts) })),
    actGroups: actGroups(portal, texts),
    moves: world.stageHistory.filter(({ typeId, byApp }) => typeId !== 1 && byApp).length,
    news: newsFor(portal, user, texts),
  }
}

function pipelinesOf(portal: PortalState, type: EntityType, { lang, texts }: Words) {
  const { entityTypeId, symbol, hasCategories } = type
  const { world } = portal
  const named = categoriesOf(world, entityTypeId).map(({ id, name }) => ({ categoryId: id, title: name }))
  const pipelines = hasCategories ? named : [{ categoryId: null, title: '' }]
  return pipelines.map((pipeline) => ({
    ...pipeline,
    entityTypeId,
    // Names of smart processes are the portal's own.
    type: Object.entries(texts.types).find(([id]) => Number(id) === entityTypeId)?.[1] ?? type.title,
    path: boardPath(entityTypeId, pipeline.categoryId),
    automationPath: automationPath(entityTypeId, pipeline.categoryId),
    buttons: widgets(portal, [`CRM_${symbol}_ROBOT_DESIGNER_TOOLBAR`, `CRM_${symbol}_LIST_TOOLBAR`], lang),
    tabs: widgets(portal, [`CRM_${symbol}_DETAIL_TAB`], lang),
    stages: stagesOf(world, entityTypeId, pipeline.categoryId).map(({ stageId, name, color }) => {
      return { stageId, title: name, color }
    }),
  }))
}

/** The app's widgets at these places, in a language that they lack by their first title (platform.md 5.11); none show before the installation is finished (1.2). */
function widgets({ world }: PortalState, places: string[], lang: string) {
  if (world.app.state !== 'installed') return []
  const bound = world.placements.filter(({ placement }) => places.includes(placement))
  return bound.map(({ placement, title, langAll }) => {
    const own = (langAll[lang] ?? Object.values(langAll)[0]) as { TITLE?: string } | undefined
    return { placement, title: own?.TITLE ?? title }
  })
}

function card({ world }: PortalState, user: User, item: Item) {
  const { entityTypeId, id, title, categoryId, stageId, opportunity, currencyId, contactIds } = item
  const responsible = world.users.get(item.assignedById)
  const clients = contactIds.map((contactId) => findItem(world, 3, contactId)?.title)
  const entries = world.timeline.filter((entry) => entry.entityTypeId === entityTypeId && entry.entityId === id)
  return {
    entityTypeId,
    id,
    title,
    categoryId,
    stageId,
    path: itemPath(item),
    client: clients[0] ?? '',
    responsible: responsible ? nameOf(responsible) : '',
    amount: `${opportunity} ${currencyId}`,
    opportunity,
    editable: canEdit(world, user, item),
    timeline: entries.map((entry) => ({ at: entry.created, title: entry.title, text: entry.text })),
  }
}

/** Buttons without what they do, with what may be chosen beside them. */
function actGroups({ world }: PortalState, texts: Texts) {
  const lists = {
    lines: world.lines,
    forms: world.forms.filter(({ active }) => active),
    channels: world.channels.filter(({ active }) => active),
    processes: processesOf(world),
  }
  return ACT_GROUPS.map(({ id, choice, acts }) => ({
    title: texts.groups[id],
    choice: choice && {
      label: texts.choices[choice.label],
      ...('from' in choice
        ? { options: lists[choice.from].map(({ id, name }) => ({ id: String(id), name })) }
        : { text: texts.choices[choice.text] }),
    },
    acts: (Object.keys(acts) as ActId[]).map((act) => ({ id: act, label: texts.acts[act] })),
  }))
}

/** Smart processes, as something to choose from. */
function processesOf({ types }: World): { id: number; name: string }[] {
  const smart = [...types.values()].filter(({ typeId }) => typeId !== null)
  return smart.map(({ entityTypeId, title }) => ({ id: entityTypeId, name: title }))
}

function roleOf({ admin, rights }: User): keyof Texts['roles'] {
  if (admin) return 'administrator'
  if (rights.read === 'none') return 'no-rights'
  if (rights.edit === 'none') return 'read-only'
  return rights.read === 'own' ? 'own-only' : 'employee'
}

function nameOf({ name, lastName }: User): string {
  return `${name} ${lastName}`.trim()
}
