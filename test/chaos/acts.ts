import { randomUUID } from 'node:crypto'
import { type Portal, SEED } from '../portal/index.ts'
import type { Dice } from './random.ts'

/** One thing that a customer or an employee did, and the keys under which it may be counted, of each kind that it serves. */
export type Act = {
  portal: Portal
  /** The deal that it is bound to. */
  dealId: number
  /** One list for each occurrence that must be: the keys it may have. */
  keys: string[][]
  /** What its events name: an activity's id, a call's id. */
  named: string[]
}

/** Deals of customers, in the first stage of the pipeline whose triggers `setting.ts` makes. */
export function someDeals(portal: Portal, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const { deal } = SEED.types
    const { partners } = SEED.pipelines
    return portal.act.createItem({ entityTypeId: deal, title: `Deal ${index}`, categoryId: partners }).id
  })
}

type Doing = (portal: Portal, dealId: number) => Act

const doings: Doing[] = [receive, send, callOut, miss, answer]

/** Something happens to one of the deals. */
export function act(portal: Portal, deals: readonly number[], dice: Dice): Act {
  return dice.oneOf(doings)(portal, dice.oneOf(deals))
}

export function receive(portal: Portal, dealId: number): Act {
  const messageId = `<${randomUUID()}@client.example>`
  const { activityId } = portal.act.receiveMail({ bindings: bound(dealId), messageId })
  return mail('email-incoming', portal, dealId, { activityId, messageId, sender: SEED.emails.kim })
}

function send(portal: Portal, dealId: number): Act {
  const { activityId, messageId } = portal.act.sendMail({ bindings: bound(dealId) })
  const sender = portal.world.users.get(SEED.users.sam)?.email ?? SEED.emails.mailbox
  return mail('email-outgoing', portal, dealId, { activityId, messageId, sender })
}

/** An e-mail counts under its Message-Id and sender, or under its activity's id where these are written later. */
function mail(
  kind: string,
  portal: Portal,
  dealId: number,
  { activityId, messageId, sender }: { activityId: number; messageId: string; sender: string },
): Act {
  const keys = [[`${kind}:${messageId} ${sender}`, `${kind}:${activityId}`]]
  return { portal, dealId, keys, named: [String(activityId)] }
}

function callOut(portal: Portal, dealId: number): Act {
  const { callId } = portal.act.callOut({ bindings: bound(dealId) })
  return { portal, dealId, keys: [[`call-outbound:${callId}`]], named: [callId] }
}

function miss(portal: Portal, dealId: number): Act {
  const { callId } = portal.act.callIn({ bindings: bound(dealId), result: 'missed' })
  return { portal, dealId, keys: [[`call-missed:${callId}`], [`call-inbound:${callId}`]], named: [callId] }
}

function answer(portal: Portal, dealId: number): Act {
  const { callId } = portal.act.callIn({ bindings: bound(dealId), result: 'answered' })
  return { portal, dealId, keys: [[`call-inbound:${callId}`]], named: [callId] }
}

function bound(dealId: number) {
  return [{ entityTypeId: SEED.types.deal, id: dealId }]
}
