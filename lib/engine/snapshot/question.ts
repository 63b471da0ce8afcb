import { ask } from '../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { Command, CommandResult } from '../../bitrix24/client/rest.ts'
import { RejectedError } from '../../bitrix24/errors/errors.ts'
import type { About, Failures } from './failures.ts'

/** One command of a reading request: what it is about, and how its answer is taken over. */
export type Question = {
  command: Command
  /** What is not known when it is refused. Nothing: it is a guess, and a guess that is refused counts as not asked. */
  about: readonly About[]
  /** Takes over what the portal told, and says what remains unknown, as the answer is none to this question or only to a part of it. */
  keep(result: unknown): readonly About[]
}

/** By names that commands of the same request refer to. */
export type Questions = Readonly<Record<string, Question>>

export function commandsOf(questions: Questions): Record<string, Command> {
  return Object.fromEntries(Object.entries(questions).map(([name, { command }]) => [name, command]))
}

/** Takes over the answers in the order of the questions, so that one may rest on what those before it told. */
export function collectAnswers(
  failures: Failures,
  questions: Questions,
  answers: Readonly<Record<string, CommandResult>>,
): void {
  for (const [name, { command, about, keep }] of Object.entries(questions)) {
    const answer = answers[name]
    if (answer === undefined) continue
    for (const one of about) {
      if (answer.ok) failures.delete(one)
      else failures.set(one, answer.error)
    }
    if (!answer.ok) continue
    for (const one of keep(answer.result)) failures.set(one, unexpected(command))
  }
}

/** The portal answered something else: to ask again would tell the same. */
export function unexpected({ method }: Command): RejectedError {
  return new RejectedError({ code: 'UNEXPECTED_ANSWER', text: method, status: 200 })
}

/**
 * Takes over a list that was asked for by ids, with null for what it lacks; says the ids that remain unknown. Those are all where it is no
 * list, or shows what was not asked for. Of a list with rows that nobody can read, what is lacking may be one of them.
 */
export function collectListed<Row extends { id: number }>(
  rows: readonly unknown[] | null,
  ids: readonly number[],
  parse: (row: unknown) => Row | null,
  keep: (id: number, row: Row | null) => void,
): readonly number[] {
  const readable = (rows ?? []).flatMap((row) => parse(row) ?? [])
  if (rows === null || !readable.every(({ id }) => ids.includes(id))) return ids
  return ids.filter((id) => {
    const row = readable.find((one) => one.id === id) ?? null
    const isUnknown = row === null && readable.length < rows.length
    if (!isUnknown) keep(id, row)
    return isUnknown
  })
}

/** Asks, and takes over each answer by itself: what one of them lacks concerns no other. */
export async function answer(
  client: PortalClient,
  { failures }: Readonly<{ failures: Failures }>,
  questions: Questions,
): Promise<void> {
  collectAnswers(failures, questions, await ask(client, commandsOf(questions)))
}
