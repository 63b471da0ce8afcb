import { rowsOf } from '../../domain/php-values.ts'
import type { Command } from '../client/rest.ts'
import { answers, type Found, type Question } from './question.ts'

/**
 * May the reader read what was written in conversations? Tried with the newest one; reading a history also opens the files of that
 * chat to the reader, as each event of a conversation does (`platform.md` 5.4).
 */
export const histories: Question = {
  id: 'histories',
  scope: 'imopenlines',
  commands: {
    histories_chats: {
      method: 'crm.activity.list',
      params: {
        filter: { PROVIDER_ID: 'IMOPENLINES_SESSION' },
        order: { ID: 'DESC' },
        select: ['ID', 'ASSOCIATED_ENTITY_ID'],
      },
    },
  },
  more: readNewest,
  answer: (found) => {
    if (!found.histories_chats?.ok) return answers(found.histories_chats)
    return newest(found) === null ? { answer: 'unknown' } : answers(found.histories_newest)
  },
}

function readNewest(found: Found): Record<string, Command> {
  const session = newest(found)
  if (session === null) return {}
  return { histories_newest: { method: 'imopenlines.session.history.get', params: { SESSION_ID: session } } }
}

/** The newest conversation's session. */
function newest({ histories_chats: chats }: Found): number | null {
  const [row] = chats?.ok ? rowsOf(chats.result) : []
  const session = Number(row?.ASSOCIATED_ENTITY_ID)
  return session > 0 ? session : null
}
