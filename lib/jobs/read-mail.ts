import { type ActivityRow, parseActivity } from '../engine/read/activity-facts.ts'
import { ask, pages } from '../engine/read/read.ts'
import { furtherStarts } from '../portal/paging.ts'
import type { Command, CommandResult, PortalClient } from '../portal/types.ts'

/** What is asked of an e-mail that was sent: no subject, no text, no addresses of the body. */
const select = ['ID', 'TYPE_ID', 'DIRECTION', 'CREATED', 'START_TIME', 'SETTINGS']

/** E-mails by id, 50 a command, 50 commands a request; null: the portal does not show it. */
export async function readMail(client: PortalClient, ids: number[]): Promise<Map<number, ActivityRow | null>> {
  const commands = pages(ids).map((page) => [`mails_${page[0]}`, listMail({ '@ID': page }, -1)] as const)
  if (commands.length === 0) return new Map()
  const mails = new Map<number, ActivityRow | null>(ids.map((id) => [id, null]))
  for (const answer of Object.values(await ask(client, Object.fromEntries(commands)))) {
    for (const mail of mailsOf(answer)) mails.set(mail.id, mail)
  }
  return mails
}

/** Far more e-mails than go out in 14 days; the newest would be left for the rounds to come. */
const MOST_PAGES = 2000

/** All e-mails that went out since then, in pages of up to 50 commands. */
export async function* readMailSince(client: PortalClient, since: Date): AsyncGenerator<ActivityRow[]> {
  const filter = { TYPE_ID: 4, DIRECTION: 2, '>=CREATED': since.toISOString() }
  const { method, params } = listMail(filter, 0)
  const first = await client.call(method, params)
  yield mailsOf(first)
  for (const batch of pages(furtherStarts(first.total, MOST_PAGES))) {
    const commands = batch.map((start) => [`mails_${start}`, listMail(filter, start)] as const)
    yield Object.values(await ask(client, Object.fromEntries(commands))).flatMap(mailsOf)
  }
}

function listMail(filter: Record<string, unknown>, start: number): Command {
  return { method: 'crm.activity.list', params: { order: { ID: 'ASC' }, filter, select, start } }
}

function mailsOf(answer: CommandResult): ActivityRow[] {
  if (!answer.ok) throw answer.error
  return (Array.isArray(answer.result) ? answer.result : []).flatMap((row) => parseActivity(row) ?? [])
}
