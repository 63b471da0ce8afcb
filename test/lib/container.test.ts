import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from '../../lib/config.ts'
import { createServices } from '../../lib/container.ts'
import { createLog } from '../../lib/log.ts'
import { makeDataDir } from '../data-dir.ts'

test('who is stopped in his first look for work ends it before the database is closed', async () => {
  const dataDir = makeDataDir('stagecue-container-')
  const lines: string[] = []
  const config = loadConfig({
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    DATA_DIR: dataDir,
  })
  const services = await createServices(config, createLog(config, { write: (line) => void lines.push(line) }))
  const started = services.worker.start()
  await services.worker.stop()
  await services.close()
  await started
  expect(lines).toEqual([])
  rmSync(dataDir, { recursive: true })
})
