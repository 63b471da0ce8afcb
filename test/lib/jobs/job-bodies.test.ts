import { expect, test } from 'vitest'
import { createJobs, type JobParts } from '../../../lib/jobs/index.ts'
import { parseJob } from '../../../lib/queue/read-body.ts'
import type { JobRow } from '../../../lib/store/jobs.ts'

/** Building handlers asks nothing of their parts but the settings. */
const parts = {
  config: { publicUrl: 'https://app.example.com', sweepSeconds: 60, keepDays: {} },
} as unknown as JobParts

test.each(Object.entries(createJobs(parts)))('a job %s takes no body that is none', (_, { body, batchSize }) => {
  for (const rubbish of ['null', '[]', '"text"', '7', 'true', '', '{', 'undefined']) {
    expect(parseJob(body, { body: rubbish } as JobRow), rubbish).toBeNull()
  }
  expect(batchSize).toBeGreaterThan(0)
})
