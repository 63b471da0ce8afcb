import { until } from '../test/chaos/until.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { postEvent } from './post-event.ts'

type Options = Readonly<{
  direction?: 'receiveMail' | 'sendMail'
  /** Where Stagecue listens: this posts the event, as portals do not of whose installation they know nothing. */
  url?: string
  /** How long it is waited for, seconds, and how often looked for, milliseconds. */
  seconds?: number
  everyMs?: number
}>

/** An e-mail about a deal of its own, until the deal stands in its new stage; returns after how many milliseconds, from the event on. */
export async function moveByMail(
  portal: Portal,
  { direction = 'receiveMail', url, seconds, everyMs }: Options = {},
): Promise<number> {
  const { deal } = SEED.types
  const item = portal.act.createItem({ entityTypeId: deal, title: 'Deal', categoryId: SEED.pipelines.partners })
  const { stageId } = item
  const { activityId } = portal.act[direction]({ bindings: [{ entityTypeId: deal, id: item.id }] })
  const begun = performance.now()
  if (url !== undefined) await postEvent(url, portal, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': String(activityId) })
  await until('the deal is moved', () => item.stageId !== stageId, seconds, everyMs)
  return performance.now() - begun
}
