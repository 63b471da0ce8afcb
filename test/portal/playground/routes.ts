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
  const user = portal.world.users.get(Number(params.user || portal.world.app.installerId))
  if (!user?.active) return send(response, { status: 403, json: { error: 'Access denied' } })
  if (path === '/playground/feed') return feed(portal, user, String(params.lang || portal.world.lang), response)
  if (request.method !== 'POST') return send(response, { status: 404, json: { error: 'Not found' } })
  send(response, answerPost(portal, path, user, params))
}

/** What people do: 200 with a sentence, or 409 with the reason why not. */
function answerPost(portal: PortalState, path: string, user: User, params: Record<string, unknown>): Answer {
  try {
    return { status: 200, json: { told: tell(portal, path, user, params) } }
  } catch (error) {
    return { status: 409, json: { error: (error as Error).message } }
  }
}

function tell(portal: PortalState, path: string, user: User, params: Record<string, unknown>): string {
  if (path === '/playground/act') {
    const client = requireClient(portal.world, String(params.client))
    return perform(portal, String(params.act), client, String(params.choice ?? ''))
  }
  if (path === '/playground/edit') return edit(portal, user, params)
  if (!user.admin) throw new Error('Only administrators install applications.')
  if (path === '/playground/install') {
    portal.world.app.installerId = user.id
    beginInstall(portal)
    return 'The installer is open.'
  }
  if (path !== '/playground/uninstall') throw new Error('Not found')
  uninstallApp(portal)
  return 'Stagecue was removed.'
}

/** Changes an item by hand. */
function edit(portal: PortalState, user: User, params: Record<string, unknown>): string {
  const ref = { entityTypeId: Number(params.entityTypeId), id: Number(params.id) }
  const item = portal.world.items.get(itemKey(ref))
  if (!item || !canEdit(portal.world, user, item)) throw new Error('You have no right to edit this.')
  const change = {
    ...(params.stageId === undefined ? {} : { stageId: String(params.stageId) }),
    ...(params.opportunity === undefined ? {} : { opportunity: Number(params.opportunity) }),
  }
  saveItem(portal, item, change, { userId: user.id })
  return `“${item.title}” was saved.`
}
