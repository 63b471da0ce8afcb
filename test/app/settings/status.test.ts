import { expect, test } from 'vitest'
import { jobHealth } from '../../../app/settings/status.ts'

const waiting = { due: 1, parked: 0, overdueSince: '2026-08-29T10:00:00.000Z' }

test.each([
  ['nothing waits', { ...waiting, due: 0, overdueSince: null, oldestSeconds: 0 }, 'good'],
  ['it waits for its turn', { ...waiting, oldestSeconds: 60 }, 'good'],
  ['it is held up', { ...waiting, oldestSeconds: 61 }, 'look'],
  ['an older server does not say how long', waiting, 'look'],
  ['a dead letter', { ...waiting, parked: 1, overdueSince: null, oldestSeconds: 0 }, 'look'],
])('the queue: %s', (_, work, health) => {
  expect(jobHealth({ work })).toBe(health)
})
