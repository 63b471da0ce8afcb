import { type Reference, reference, referenceIn } from '../../../bitrix24/client/command.ts'
import type { Command, CommandResult } from '../../../bitrix24/client/rest.ts'
import { ForbiddenError } from '../../../bitrix24/errors/errors.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { CONVERSATION, isConversation } from '../../../triggers/chat.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { activitySelect, parseActivity } from '../activity/activity-facts.ts'
import { parseBindings } from '../activity/bindings.ts'
import { parseDialog, parseHistory } from './parse.ts'

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

/** Sorts the answers to `chatCommands` into the snapshot. What was refused for want of an earlier answer counts as not asked. */
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
    const answer = answers[`dialog_${index}`]
    if (answer && !answer.ok && answer.error.retriable) snapshot.failures.set(`dialog ${userCode}`, answer.error)
    const dialog = answer?.ok ? parseDialog(answer.result) : null
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

function history(params: { CHAT_ID: Reference } | { SESSION_ID: string }): Command {
  return { method: 'imopenlines.session.history.get', params }
}

export function activitiesOf(filter: Record<string, unknown>): Command {
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
export function collectConversations(
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
