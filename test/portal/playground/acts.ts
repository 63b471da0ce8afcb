import { hit } from '../events/hit.ts'
import type { PortalState } from '../state.ts'
import type { ActGroup, ActId } from './buttons/act.ts'
import { APPLICATION } from './buttons/application.ts'
import { CHAT, MESSAGE } from './buttons/chat.ts'
import { FORM } from './buttons/form.ts'
import { INVOICES } from './buttons/invoice.ts'
import { MAIL } from './buttons/mail.ts'
import { SETTINGS, STAFF } from './buttons/settings.ts'
import { TELEPHONE } from './buttons/telephone.ts'
import { type Client, nameOfClient } from './clients.ts'
import { fill, type Texts } from './say.ts'

/** All buttons of the playground, in the order in which they stand. */
export const ACT_GROUPS: ActGroup[] = [TELEPHONE, MAIL, FORM, CHAT, MESSAGE, INVOICES, APPLICATION, STAFF, SETTINGS]

/** Lets somebody do something. Returns what happened as a sentence. */
export function perform(portal: PortalState, texts: Texts, id: string, client: Client, choice: string): string {
  const known = ACT_GROUPS.flatMap(({ acts }) => Object.keys(acts) as ActId[]).find((act) => act === id)
  const act = known && ACT_GROUPS.map(({ acts }) => acts[known]).find((found) => found !== undefined)
  if (!act) throw new Error(`There is no act ${id}`)
  hit(() => act(portal, client, choice))
  return fill(texts.told[known], { client: nameOfClient(client, texts) })
}
