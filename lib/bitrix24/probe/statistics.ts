import { answers, type Question } from './question.ts'

/** May the reader see the statistics of calls? Without them calls that have no activity are not found. */
export const statistics: Question = {
  id: 'statistics',
  scope: 'telephony',
  commands: { statistics: { method: 'voximplant.statistic.get', params: { SORT: 'ID', ORDER: 'DESC' } } },
  answer: (found) => answers(found.statistics),
}
