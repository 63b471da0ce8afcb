import { answers, type Question } from './question.ts'

/** Does the portal list its telephone lines to the reader? Else numbers are learned from calls. */
export const lines: Question = {
  id: 'lines',
  scope: 'telephony',
  commands: { lines: { method: 'voximplant.line.get' } },
  answer: (found) => answers(found.lines),
}
