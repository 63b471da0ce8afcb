import { SEED } from '../test/portal/index.ts'
import { startRig } from '../test/rig.ts'
import { fillJournal, fillTriggers } from './fill-portal.ts'
import { median } from './median.ts'
import type { Report } from './results.ts'

const TRIGGERS = 200
const ENTRIES = 100_000
const ROUNDS = 9

/** The page asks for it while somebody waits, milliseconds. */
const WANTED_MS = 300

/** What the journal is asked for, by what it is called in the pages; filters as its address keeps them. */
const questions = {
  'newest 50': '/api/journal',
  'as the page opens it': '/api/journal?without=other-pipeline,no-item',
  'and what did not match': '/api/journal?without=other-pipeline,no-item&include=filter',
  'of one item': '/api/journal?entityTypeId=2&itemId=31',
  'of one trigger': '/api/journal?triggerId=1',
  'only moved': '/api/journal?outcome=moved',
  'by a reason that never was': '/api/journal?reason=no-rights',
  'by a kind that never was': '/api/journal?kind=email-viewed',
  'by a person': '/api/journal?userId=15',
  'by a search that all find': '/api/journal?search=rang',
  'by a search that none finds': '/api/journal?search=nothing%20like%20it',
  'of a day long ago': `/api/journal?from=${daysAgo(80)}&to=${daysAgo(79)}`,
  'how many': '/api/journal/count?without=other-pipeline,no-item',
  'how many, by a search': '/api/journal/count?search=rang',
  'how many failed lately': `/api/journal/count?outcome=failed&from=${daysAgo(7)}`,
}

/** How fast the journal answers with many triggers and a long journal: milliseconds over HTTP, the median and the slowest. */
export async function journal(report: Report): Promise<void> {
  const rig = await startRig()
  try {
    await fillJournal(rig.stagecue.db, rig.portal.memberId, await fillTriggers(rig, TRIGGERS), { to: ENTRIES })
    const admin = await rig.as(SEED.users.admin)
    for (const [name, path] of Object.entries(questions)) {
      const times: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const begun = performance.now()
        const { status } = await admin('GET', path)
        if (status !== 200) throw new Error(`${path} answered ${status}`)
        times.push(performance.now() - begun)
      }
      report(name, median(times), 'ms, in the middle', { atMost: WANTED_MS })
      report(name, Math.max(...times), 'ms at most')
    }
  } finally {
    await rig.stop()
  }
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString()
}
