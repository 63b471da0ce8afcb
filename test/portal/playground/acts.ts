import { hit } from '../events/hit.ts'
import type { PortalState } from '../state.ts'
import type { ActGroup } from './buttons/act.ts'
import { APPLICATION } from './buttons/application.ts'
import { CHAT, MESSAGE } from './buttons/chat.ts'
import { FORM } from './buttons/form.ts'
import { INVOICES } from './buttons/invoice.ts'
import { MAIL } from './buttons/mail.ts'
import { SETTINGS, STAFF } from './buttons/settings.ts'
import { TELEPHONE } from './buttons/telephone.ts'
import type { Client } from './clients.ts'

/** All buttons of the playground, in the order in which they stand. */
export const ACT_GROUPS: ActGroup[] = [TELEPHONE, MAIL, FORM, CHAT, MESSAGE, INVOICES, APPLICATION, STAFF, SETTINGS]

/** Lets somebody do something. Returns what happened as a sentence. */
export function perform(portal: PortalState, id: string, client: Client, choice: string): string {
  const act = ACT_GROUPS.map(({ acts }) => acts[id]).find((found) => found !== undefined)
  if (!act) throw new Error(`There is no act ${id}`)
  hit(() => act.run(portal, client, choice))
  return `${act.who ?? client.name} ${act.told}`
}
