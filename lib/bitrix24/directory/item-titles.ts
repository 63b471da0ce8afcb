import { setTimeout as sleep } from 'node:timers/promises'
import { boundedCache } from '../../bounded-cache.ts'
import { refKey } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import { rowsOf } from '../../domain/php-values.ts'
import { shortName } from '../../domain/portal-texts.ts'
import { BATCH_COMMANDS, PAGE_ROWS } from '../client/page-sizes.ts'
import type { PortalClients } from '../client/portal-clients.ts'
import type { Command, CommandResult, Params } from '../client/rest.ts'
import { PortalError } from '../errors/errors.ts'

/** Titles of items as a person sees them: who asks is asked for with his own access. Neither ever fails: titles are for reading only. */
export type ItemTitles = Readonly<{
  /** By `entityTypeId:id`; what the portal does not show to this person is not there. */
  of(portal: string, userId: number, items: readonly Ref[]): Promise<ReadonlyMap<string, string>>
  /** Items of these types whose title holds the text, the newest fifty of each type. */
  find(portal: string, userId: number, text: string, entityTypeIds: readonly number[]): Promise<readonly Ref[]>
}>

/** Titles are customers' data and are kept nowhere but here, milliseconds. */
const CACHE_MS = 60_000
const MOST_TITLES = 20_000
const MOST_SEARCHES = 1000

/** Nobody waits longer for what is only nicer to read, milliseconds; what comes later is there for the next look. */
const MAX_WAIT_MS = 2000

type Parts = { clients: Pick<PortalClients, 'as'>; clock: () => Date }

/** Asks in one request, once at a time for each person. */
export function createItemTitles({ clients, clock }: Parts): ItemTitles {
  const titles = boundedCache<{ title: string | null; until: number }>(MOST_TITLES)
  const searches = boundedCache<{ found: readonly Ref[]; until: number }>(MOST_SEARCHES)
  const oneAtATime = createTurns()
  const now = () => clock().getTime()

  const titleOf = (whose: string, item: Ref) => {
    const known = titles.get(`${whose} ${refKey(item)}`)
    return known && known.until > now() ? known : undefined
  }

  const ask = async (portal: string, userId: number, commands: readonly (readonly [string, Command])[]) => {
    if (commands.length === 0) return []
    const client = await clients.as(portal, userId, 'page')
    const asked = Object.fromEntries(commands.slice(0, BATCH_COMMANDS))
    const { results } = await client.batch(asked, new Date(now() + MAX_WAIT_MS))
    return Object.entries(results).flatMap(([name, answer]) => listed(Number(name.split('_')[1]), answer))
  }

  const learn = async (portal: string, userId: number, items: readonly Ref[]): Promise<void> => {
    const whose = `${portal} ${userId}`
    const unknown = items.filter((item) => !titleOf(whose, item))
    if (unknown.length === 0) return
    const found = await ask(portal, userId, commandsFor(unknown))
    const until = now() + CACHE_MS
    for (const item of unknown) titles.set(`${whose} ${refKey(item)}`, { title: null, until })
    const asked = new Set(unknown.map(refKey))
    for (const { title, ...item } of found) {
      if (asked.has(refKey(item))) titles.set(`${whose} ${refKey(item)}`, { title: shortName(title), until })
    }
  }

  return {
    async of(portal, userId, items) {
      const whose = `${portal} ${userId}`
      await inTime(oneAtATime(whose, () => learn(portal, userId, items)))
      const known = items.flatMap((item) => {
        const title = titleOf(whose, item)?.title
        return title ? [[refKey(item), title] as const] : []
      })
      return new Map(known)
    },
    async find(portal, userId, text, entityTypeIds) {
      const whose = `${portal} ${userId}`
      const key = JSON.stringify([whose, text, entityTypeIds])
      const search = async (): Promise<void> => {
        if ((searches.get(key)?.until ?? 0) > now()) return
        const commands = entityTypeIds.map((type) => listCommand(type, 0, { '%title': text }, { id: 'DESC' }))
        // A portal may take `%` and `_` of the text for wildcards.
        const isMeant = ({ title }: { title: string }) => title.toLowerCase().includes(text.toLowerCase())
        const found = (await ask(portal, userId, commands)).filter(isMeant)
        searches.set(key, { found, until: now() + CACHE_MS })
      }
      await inTime(oneAtATime(whose, search))
      return searches.get(key)?.found ?? []
    },
  }
}

/** What is done for one key, one after another. */
function createTurns() {
  const underWay = new Map<string, Promise<void>>()
  return async (key: string, act: () => Promise<void>): Promise<void> => {
    for (let other = underWay.get(key); other; other = underWay.get(key)) await other
    const turn = act()
      .catch((error: unknown) => {
        if (!(error instanceof PortalError)) throw error
      })
      .finally(() => underWay.delete(key))
    underWay.set(key, turn)
    await turn
  }
}

async function inTime(asking: Promise<void>): Promise<void> {
  await Promise.race([asking, sleep(MAX_WAIT_MS, undefined, { ref: false })])
}

function commandsFor(items: readonly Ref[]): (readonly [string, Command])[] {
  return [...Map.groupBy(items, ({ entityTypeId }) => entityTypeId)].flatMap(([entityTypeId, all]) => {
    const ids = [...new Set(all.map(({ id }) => id))]
    return Array.from({ length: Math.ceil(ids.length / PAGE_ROWS) }, (_, page) =>
      listCommand(entityTypeId, page, { '@id': ids.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS) }),
    )
  })
}

function listCommand(
  entityTypeId: number,
  page: number,
  filter: Params,
  order: Params = { id: 'ASC' },
): readonly [string, Command] {
  const params = { entityTypeId, filter, order, select: ['id', 'title'], start: -1 }
  return [`titles_${entityTypeId}_${page}`, { method: 'crm.item.list', params }]
}

function listed(entityTypeId: number, answer: CommandResult): (Ref & { title: string })[] {
  const rows = answer.ok ? rowsOf((answer.result as { items?: unknown } | null)?.items) : []
  return rows
    .slice(0, PAGE_ROWS)
    .flatMap(({ id, title }) =>
      typeof title === 'string' && title !== '' ? [{ entityTypeId, id: Number(id), title }] : [],
    )
}
