import type { IncomingMessage, ServerResponse } from 'node:http'
import { saveItem } from '../changes/items.ts'
import { readParams } from '../http/read-request.ts'
import { type Answer, send } from '../http/respond.ts'
import { scriptFile } from '../http/script-file.ts'
import { beginInstall, uninstallApp } from '../install.ts'
import type { PortalState } from '../state.ts'
import { itemKey } from '../world/ids.ts'
import { canEdit } from '../world/rights.ts'
import type { User } from '../world/user.ts'
import { perform } from './acts.ts'
import { requireClient } from './clients.ts'
import { feed } from './feed.ts'
import { Refusal } from './refusal.ts'
import { fill, type Texts, textsIn } from './say.ts'

const PAGE = new URL('./page/', import.meta.url).href

/** Addresses of the portal's own pages: one page that reads the rest of the address itself. */
export function isPlaygroundPath(path: string): boolean {
  return path === '/' || /^\/(crm|marketplace|playground)\//.test(path)
}

/** The playground: the portal as people see it in a browser, and buttons for what customers do. */
export async function answerPlayground(
  portal: PortalState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://portal').pathname
  const params = await readParams(request)
  const file = path.match(/^\/playground\/([\w-]+\.\w+)$/)?.[1]
  if (file) return send(response, await scriptFile(PAGE, file))
  if (!path.startsWith('/playground/')) return send(response, await scriptFile(PAGE, 'index.html'))
  const lang = String(params.lang || portal.world.lang)
  const texts = textsIn(lang)
  if (path === '/playground/texts') return send(response, { status: 200, json: texts })
  const user = portal.world.users.get(Number(params.user || portal.world.app.installerId))
  if (!user?.active) return send(response, { status: 403, json: { error: 'Access denied' } })
  if (path === '/playground/feed') return feed(portal, { user, lang, texts }, response)
  if (request.method !== 'POST') return send(response, { status: 404, json: { error: 'Not found' } })
  send(response, answerPost(portal, path, { user, params, texts }))
}

/** Who wants what, and in which words it is answered. */
type Wish = { user: User; params: Record<string, unknown>; texts: Texts }

/** What people do: 200 with a sentence, or 409 with the reason why not. */
function answerPost(portal: PortalState, path: string, wish: Wish): Answer {
  try {
    return { status: 200, json: { told: tell(portal, path, wish) } }
  } catch (error) {
    const reason = error instanceof Refusal ? wish.texts.refused[error.key] : (error as Error).message
    return { status: 409, json: { error: reason } }
  }
}

function tell(portal: PortalState, path: string, wish: Wish): string {
  const { user, params, texts } = wish
  if (path === '/playground/act') {
    const client = requireClient(portal.world, String(params.client))
    return perform(portal, texts, String(params.act), client, String(params.choice ?? ''))
  }
  if (path === '/playground/edit') return edit(portal, wish)
  if (!user.admin) throw new Refusal('only-administrators')
  if (path === '/playground/install') {
    portal.world.app.installerId = user.id
    beginInstall(portal)
    return texts.done['installer-open']
  }
  if (path !== '/playground/uninstall') throw new Error('Not found')
  uninstallApp(portal)
  return texts.done.removed
}

/** Changes an item by hand. */
function edit(portal: PortalState, { user, params, texts }: Wish): string {
  const ref = { entityTypeId: Number(params.entityTypeId), id: Number(params.id) }
  const item = portal.world.items.get(itemKey(ref))
  if (!item || !canEdit(portal.world, user, item)) throw new Refusal('no-right')
  const change = {
    ...(params.stageId === undefined ? {} : { stageId: String(params.stageId) }),
    ...(params.opportunity === undefined ? {} : { opportunity: Number(params.opportunity) }),
  }
  saveItem(portal, item, change, { userId: user.id })
  return fill(texts.done.saved, { item: item.title })
}
