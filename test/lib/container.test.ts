import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../lib/config.ts'
import { createServices } from '../../lib/container.ts'
import { createLog } from '../../lib/log.ts'
import type { Services } from '../../lib/services.ts'
import { enqueue } from '../../lib/store/jobs.ts'
import { addProvisionalPortal } from '../../lib/store/provisional-portals.ts'
import { makeDataDir } from '../data-dir.ts'

let dataDir: string
let lines: string[]
let services: Services
beforeEach(async () => {
  dataDir = makeDataDir('stagecue-container-')
  lines = []
  const config = loadConfig({
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    DATA_DIR: dataDir,
  })
  services = await createServices(config, createLog(config, { write: (line) => void lines.push(line) }))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

test('who is stopped in his first look for work ends it before the database is closed', async () => {
  const started = services.worker.start()
  await services.worker.stop()
  await services.close()
  await started
  expect(lines).toEqual([])
})

test('what was planned while the clock was ahead unseen is put right when the database is tidied, as at a start and each hour', async () => {
  const { db } = services
  const tomorrow = new Date(Date.now() + 86_400_000)
  await addProvisionalPortal(db, 'acme', tomorrow)
  await enqueue(db, [{ portal: 'acme', type: 'notice', dedupKey: 'one', dueAt: tomorrow }], tomorrow)
  await services.worker.start()
  await services.worker.stop()
  const [row] = await db.selectFrom('work').select('updated_at').where('subject', '=', 'one').execute()
  expect(Date.parse(row?.updated_at ?? '')).toBeLessThan(Date.now() + 1000)
  expect(lines.join('')).toContain("The machine's clock was put back")
  await services.close()
})
