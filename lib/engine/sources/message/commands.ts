import { type Reference, reference, referenceIn } from '../../../bitrix24/client/command.ts'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { Command, CommandResult } from '../../../bitrix24/client/rest.ts'
import { ForbiddenError } from '../../../bitrix24/errors/errors.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { CONVERSATION, isConversation } from '../../../triggers/chat.ts'
import type { FactsResult } from '../../events/to-facts.ts'
import { ask, fetchMissing, pages } from '../../snapshot/fetch.ts'
import { collectAnswers, commandsOf, type Question } from '../../snapshot/question.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { activitySelect, parseActivity } from '../activity/activity-facts.ts'
import { parseBindings } from '../activity/bindings.ts'
import { groupCodeOf } from './chat-names.ts'
import { type Dialog, type History, parseDialog, parseHistory } from './parse.ts'

/** What the portal told of conversations in one turn. A key that is missing was not asked for. */
export type ChatSnapshot = {
  /** By user code; null: we are shown no such chat. */
  dialogs: Map<string, Dialog | null>
  /** By session; null: there is none, `denied`: nobody of ours may read it. */
  histories: Map<string, History | 'denied' | null>
  /** The activities of sessions; null: CRM knows nothing of the conversation (yet). */
  sessions: Map<string, number | null>
  /** Conversations that the same people had before, the newest first, by user code. */
  earlier: Map<string, string[]>
  /** What notices of messages tell, by row of work. */
  messages: Map<number, FactsResult>
}

export function emptyChatSnapshot(): ChatSnapshot {
  return { dialogs: new Map(), histories: new Map(), sessions: new Map(), earlier: new Map(), messages: new Map() }
}

/**
 * From a customer's name in CRM to his conversation, its history, its activity and what that is bound to, in one request: each
 * command takes its id from the answer before it. Of sessions that are known only the history is read.
 */
export function chatCommands(userCodes: readonly string[], sessions: readonly string[]): Record<string, Command> {
  const commands = userCodes.flatMap((userCode, index): [string, Command][] => [
    [`dialog_${index}`, { method: 'imopenlines.dialog.get', params: { USER_CODE: userCode } }],
    [`chathistory_${index}`, history({ CHAT_ID: reference(`dialog_${index}`, 'id') })],
    [`chatactivity_${index}`, activitiesOf({ ORIGIN_ID: referenceIn('IMOL_', `chathistory_${index}`, 'sessionId') })],
    [`chatbindings_${index}`, bindings(reference(`chatactivity_${index}`, 0, 'ID'))],
  ])
  const histories = sessions.map((session) => [`history_${session}`, history({ SESSION_ID: session })])
  return Object.fromEntries([...commands, ...histories])
}

/** Sorts the answers to `chatCommands` into the reading. What was refused for want of an earlier answer counts as not asked. */
export function collectChats(
  snapshot: PortalSnapshot,
  userCodes: readonly string[],
  answers: Readonly<Record<string, CommandResult>>,
): void {
  for (const activity of snapshot.activities.values()) {
    if (activity && isConversation(activity)) snapshot.sessions.set(activity.associatedEntityId, activity.id)
  }
  for (const [name, answer] of Object.entries(answers)) {
    if (name.startsWith('history_')) keepHistory(snapshot, name.slice('history_'.length), answer)
  }
  userCodes.forEach((userCode, index) => {
    const told = answers[`dialog_${index}`]
    if (told && !told.ok && told.error.retriable) snapshot.failures.set(`dialog ${userCode}`, told.error)
    const dialog = told?.ok ? parseDialog(told.result) : null
    snapshot.dialogs.set(userCode, dialog)
    const history = answers[`chathistory_${index}`]
    if (dialog === null || history === undefined) return
    if (history.ok || history.error instanceof ForbiddenError) keepHistory(snapshot, dialog.sessionId, history)
    const listed = answers[`chatactivity_${index}`]
    const rows = listed?.ok ? phpList(listed.result) : null
    const [id] = collectConversations(snapshot, rows ?? [], [dialog.sessionId])
    const bound = answers[`chatbindings_${index}`]
    const refs = bound?.ok ? parseBindings(bound.result) : null
    if (id !== undefined && refs !== null) snapshot.bindings.set(id, refs)
  })
}

/**
 * A connector with group chats keeps a chat under another name than that of the person who wrote in it: those that the portal refused are
 * asked for once more so. The answer stands under the name that was asked for.
 */
export async function readGroups(
  client: PortalClient,
  snapshot: PortalSnapshot,
  userCodes: readonly string[],
): Promise<void> {
  const { dialogs, failures } = snapshot
  const isRefused = (code: string) => dialogs.get(code) === null && !failures.has(`dialog ${code}`)
  const refused = [...new Set(userCodes)].filter((code) => isRefused(code) && groupCodeOf(code) !== code)
  const groups = [...new Set(refused.map(groupCodeOf))]
  if (groups.length === 0) return
  collectChats(snapshot, groups, await ask(client, chatCommands(groups, [])))
  for (const code of refused) {
    const failure = failures.get(`dialog ${groupCodeOf(code)}`)
    if (failure) failures.set(`dialog ${code}`, failure)
    dialogs.set(code, dialogs.get(groupCodeOf(code)) ?? null)
  }
}

/** So many conversations before the present one are looked through for a message. */
const EARLIER = 2

/** A chat whose present conversation does not hold a message that was written at that moment. */
export type Unfound = { askedAs: string; dialog: Dialog; at: string }

/**
 * Reads the conversations that came before the present ones of these chats and went on at that moment or later: who writes at the end of
 * one may begin the next before his message is looked for. One list tells of all conversations of their channels.
 */
export async function readEarlier(
  client: PortalClient,
  snapshot: PortalSnapshot,
  wanted: readonly Unfound[],
): Promise<void> {
  const [since] = wanted.map(({ at }) => at).sort()
  if (since === undefined) return
  const questions = { earlier: askEarlier(snapshot, wanted, since) }
  collectAnswers(snapshot.failures, questions, await ask(client, commandsOf(questions)))
  const found = [...snapshot.earlier.values()].flat()
  await readConversations(client, snapshot, { histories: found, activities: found })
}

function askEarlier(snapshot: PortalSnapshot, wanted: readonly Unfound[], since: string): Question {
  const channels = [...new Set(wanted.map(({ dialog }) => dialog.channelId))]
  const about = wanted.map(({ askedAs }) => `dialog ${askedAs}` as const)
  return {
    command: activitiesOf({ '@PROVIDER_TYPE_ID': channels, '>=LAST_UPDATED': since }),
    about,
    keep(result) {
      const rows = phpList(result)
      if (rows === null) return about
      const known = rows.flatMap((row) => parseActivity(row) ?? []).filter(isConversation)
      for (const { dialog } of wanted) {
        const ofChat = known.filter(({ providerParams }) => providerParams.USER_CODE === dialog.userCode)
        const before = ofChat
          .map(({ associatedEntityId }) => associatedEntityId)
          .filter((id) => id !== dialog.sessionId)
        snapshot.earlier.set(dialog.userCode, before.slice(0, EARLIER))
      }
      return []
    },
  }
}

/** Reads histories of conversations, and activities with their bindings, as far as they are missing. */
export async function readConversations(
  client: PortalClient,
  snapshot: PortalSnapshot,
  missing: { histories: readonly string[]; activities: readonly string[] },
): Promise<void> {
  const histories = missing.histories.filter((session) => !snapshot.histories.has(session))
  const sessions = missing.activities.filter((session) => !snapshot.sessions.has(session))
  if (histories.length + sessions.length === 0) return
  const asked = pages(sessions).map((page, index) => [`sessions_${index}`, askSessions(snapshot, page)] as const)
  const questions = Object.fromEntries(asked)
  const answers = await ask(client, { ...chatCommands([], histories), ...commandsOf(questions) })
  collectChats(snapshot, [], answers)
  collectAnswers(snapshot.failures, questions, answers)
  const found = sessions.flatMap((session) => snapshot.sessions.get(session) ?? [])
  await fetchMissing(client, snapshot, { items: [], pipelines: [], bindings: found })
}

/** The activities of up to 50 sessions; null: CRM has none of it. */
function askSessions(snapshot: PortalSnapshot, sessions: readonly string[]): Question {
  const about = sessions.map((session) => `session ${session}` as const)
  return {
    command: activitiesOf({ '@ASSOCIATED_ENTITY_ID': sessions }),
    about,
    keep(result) {
      const rows = phpList(result)
      if (rows === null) return about
      collectConversations(snapshot, rows, sessions)
      for (const session of sessions) if (!snapshot.sessions.has(session)) snapshot.sessions.set(session, null)
      return []
    },
  }
}

function history(params: { CHAT_ID: Reference } | { SESSION_ID: string }): Command {
  return { method: 'imopenlines.session.history.get', params }
}

function activitiesOf(filter: Record<string, unknown>): Command {
  const params = {
    order: { ID: 'DESC' },
    filter: { PROVIDER_ID: CONVERSATION, ...filter },
    select: activitySelect,
    start: -1,
  }
  return { method: 'crm.activity.list', params }
}

function bindings(activityId: Reference): Command {
  return { method: 'crm.activity.binding.list', params: { activityId } }
}

function keepHistory(snapshot: PortalSnapshot, session: string, answer: CommandResult): void {
  if (!answer.ok && answer.error.retriable) {
    snapshot.failures.set(`history ${session}`, answer.error)
    return
  }
  const history = answer.ok ? parseHistory(answer.result) : null
  const isDenied = !answer.ok && answer.error instanceof ForbiddenError
  if (history) snapshot.histories.set(history.sessionId, history)
  else snapshot.histories.set(session, isDenied ? 'denied' : null)
}

/** Keeps activities of these sessions and says their ids; an empty reference may have listed others. */
function collectConversations(
  snapshot: PortalSnapshot,
  rows: readonly unknown[],
  sessions: readonly string[],
): number[] {
  return rows.flatMap((row) => {
    const activity = parseActivity(row)
    if (!activity || !isConversation(activity) || !sessions.includes(activity.associatedEntityId)) return []
    if (!snapshot.activities.has(activity.id)) snapshot.activities.set(activity.id, activity)
    snapshot.sessions.set(activity.associatedEntityId, activity.id)
    return [activity.id]
  })
}
