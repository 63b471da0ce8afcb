import { ask, pages } from '../../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { groupCodeOf } from '../../../domain/chat-names.ts'
import { isConversation } from '../../../triggers/chat.ts'
import { fetchMissing } from '../../snapshot/fetch.ts'
import { collectAnswers, commandsOf, type Question } from '../../snapshot/question.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { parseActivity } from '../activity/activity-facts.ts'
import { activitiesOf, chatCommands, collectChats, collectConversations } from './commands.ts'
import type { Dialog } from './parse.ts'

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
