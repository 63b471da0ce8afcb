import { expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { startRig } from '../rig.ts'
import { entered, followed } from './path.ts'

const { users, deals } = SEED

/** Where an event comes in, the queue that holds it, and the job that works it off. What they were built with has no name of its own. */
const starts = [
  { file: 'handlers/events.ts', name: 'postEvents' },
  { file: 'lib/queue/inbox.ts', name: 'createInbox' },
  { file: 'lib/queue/group-commit.ts', name: 'createGroupCommit' },
  { file: 'lib/queue/worker.ts', name: 'createWorker' },
  { file: 'lib/engine/process-events.ts', name: 'processEvents' },
]

test('who follows an e-mail from its event to the move and the journal enters at most forty files', async () => {
  const rig = await startRig()
  await rig.as(users.sam)
  await rig.addTrigger({ kind: 'email-incoming' })
  const ran = await entered(async () => {
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })
  await rig.stop()

  const path = [...followed(starts)].flatMap(([file, names]) => {
    const isStart = starts.some((one) => one.file === file)
    const inFile = [...names].filter((name) => ran.get(file)?.has(name) || (isStart && ran.has(file)))
    return inFile.length > 0 ? [`${file}: ${inFile.join(', ')}`] : []
  })
  expect(path).toContainEqual(expect.stringMatching(/^handlers\/events\.ts: postEvents/))
  expect(path).toContainEqual(expect.stringMatching(/^lib\/engine\/move\/move-items\.ts: moveItems/))
  expect(path.length, path.join('\n')).toBeLessThanOrEqual(40)
  expect(path.length, 'the count says nothing any more').toBeGreaterThan(25)
})
