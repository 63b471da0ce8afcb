import { rowsOf } from '../../domain/php-values.ts'
import type { Question } from './question.ts'

/**
 * Do histories say what the messenger calls a customer's message? Then a message is found again by that, else by time and text
 * (`platform.md` 5.4). Looked for in the history that `histories` reads.
 */
export const connectorMid: Question = {
  id: 'connector-mid',
  scope: 'imopenlines',
  commands: {},
  answer: ({ histories_newest: history }) => {
    if (!history?.ok) return { answer: 'unknown' }
    const { message, users } = (history.result ?? {}) as { message?: unknown; users?: unknown }
    const messages = rowsOf(message)
    if (messages.some(hasName)) return { answer: 'yes' }
    const customers = new Set(rowsOf(users).flatMap((user) => (user.connector === true ? [String(user.id)] : [])))
    return { answer: messages.some(({ senderid }) => customers.has(String(senderid))) ? 'no' : 'unknown' }
  },
}

function hasName({ params }: Record<string, unknown>): boolean {
  const names = (params as { connectorMid?: unknown } | null | undefined)?.connectorMid
  return typeof names === 'object' && names !== null && Object.keys(names).length > 0
}
