import { answers, type Question } from './question.ts'

/** Does the portal list its Open Channels? */
export const channels: Question = {
  id: 'channels',
  scope: 'imopenlines',
  commands: { channels: { method: 'imopenlines.config.list.get', params: { PARAMS: { select: ['ID'], limit: 1 } } } },
  answer: (found) => answers(found.channels),
}
