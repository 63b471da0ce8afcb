import { askPages, pages } from '../../../bitrix24/client/batches.ts'
import { furtherStarts } from '../../../bitrix24/client/paging.ts'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { Command, CommandResult } from '../../../bitrix24/client/rest.ts'
import type { PortalError } from '../../../bitrix24/errors/errors.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { type Failures, passing } from '../../snapshot/failures.ts'
import { collectAnswers, collectListed, commandsOf, type Question } from '../../snapshot/question.ts'
import { type ActivityRow, parseActivity } from './activity-facts.ts'

/** What is asked of an e-mail that was sent: no text. Its subject is part of what it is known by where it has no Message-Id. */
const select = ['ID', 'TYPE_ID', 'DIRECTION', 'CREATED', 'START_TIME', 'SETTINGS', 'SUBJECT']

/** E-mails by id; null: the portal does not show it. Those that are missing were not to be had; of them, what can be had later. */
export type ReadMails = { mails: Map<number, ActivityRow | null>; trouble: PortalError | null }

/** Reads e-mails by id, 50 a command, 50 commands a request. */
export async function readMail(client: PortalClient, ids: readonly number[]): Promise<ReadMails> {
  const mails = new Map<number, ActivityRow | null>()
  const failures: Failures = new Map()
  const questions = Object.fromEntries(pages(ids).map((page) => [`mails_${page[0]}`, askMails(page, mails)] as const))
  collectAnswers(failures, questions, await askPages(client, commandsOf(questions)))
  return { mails, trouble: passing(failures, [...failures.keys()]) }
}

function askMails(ids: readonly number[], mails: ReadMails['mails']): Question {
  const about = (id: number) => `activity ${id}` as const
  return {
    command: listMail({ '@ID': ids }, -1),
    about: ids.map(about),
    keep: (result) => collectListed(phpList(result), ids, parseActivity, (id, mail) => mails.set(id, mail)).map(about),
  }
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
    yield Object.values(await askPages(client, Object.fromEntries(commands))).flatMap(mailsOf)
  }
}

function listMail(filter: Record<string, unknown>, start: number): Command {
  return { method: 'crm.activity.list', params: { order: { ID: 'ASC' }, filter, select, start } }
}

function mailsOf(answer: CommandResult): ActivityRow[] {
  if (!answer.ok) throw answer.error
  return (phpList(answer.result) ?? []).flatMap((row) => parseActivity(row) ?? [])
}
