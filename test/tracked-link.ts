import { vi } from 'vitest'
import { linkAddress } from '../lib/links.ts'
import type { Rig } from './rig.ts'
import { WAIT_MS } from './waits.ts'

/** A visit to a tracked link. */
export type Click = { method: 'GET' | 'HEAD'; userAgent: string; address: string }

const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'

/** A tracked link of an item, as the robot and the API make it. */
export function linkTo(
  { url, portal, stagecue: services }: Rig,
  item: { entityTypeId: number; id: number },
  target: string,
): string {
  const link = { portal: portal.memberId, entityTypeId: item.entityTypeId, itemId: item.id, target }
  return linkAddress(url, services.config.linkKeys, link)
}

/** Follows a link as a customer's browser does, behind one proxy; gives the answer as it comes. */
export async function clickLink(url: string, click: Partial<Click> = {}): Promise<Response> {
  const { method = 'GET', userAgent = browser, address = '192.0.2.7' } = click
  const headers = { 'user-agent': userAgent, 'x-forwarded-for': address }
  const response = await fetch(url, { method, headers, redirect: 'manual' })
  await response.arrayBuffer()
  return response
}

/** Clicks are recorded after the answer: waits until so many are. */
export async function clicksRecorded({ stagecue: services }: Rig, count: number): Promise<void> {
  const recorded = () => services.db.selectFrom('work').select('id').where('kind', '=', 'click').execute()
  const isRecorded = async () => {
    const { length } = await recorded()
    if (length !== count) throw new Error(`${length} clicks are recorded instead of ${count}`)
  }
  await vi.waitFor(isRecorded, { timeout: WAIT_MS, interval: 25 })
}
