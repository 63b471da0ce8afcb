import { loadConfig, readEnvironment } from '../lib/config.ts'
import { rotateKeys } from '../lib/jobs/rotate-keys.ts'
import { openDatabase } from '../lib/store/database.ts'
import { runCommand } from './run-command.ts'

/** `npm run rotate-keys`: seals all tokens with the newest of ENCRYPTION_KEYS (`docs/access.md`). */
async function main(): Promise<void> {
  const config = loadConfig(readEnvironment())
  const { databaseUrl, databaseDirectUrl, dataDir, encryptionKeys } = config
  const db = await openDatabase(databaseUrl === null ? { dataDir } : { databaseUrl, directUrl: databaseDirectUrl })
  try {
    const say = (text: string) => void process.stdout.write(`${text}\n`)
    const left = await rotateKeys(db, encryptionKeys, (done, all) => say(`${done} of ${all} rows`))
    if (left.size === 0) return say(`Everything is sealed with ${encryptionKeys[0]?.id}. Older keys can be taken away.`)
    const named = [...left].map(([keyId, count]) => `${keyId} (${count})`).join(', ')
    throw new Error(
      `Rows are still being sealed with ${named}: another process has an older ENCRYPTION_KEYS. Restart it, and run this again.`,
    )
  } finally {
    await db.destroy()
  }
}

await runCommand(main, ({ message }) => `Keys were not rotated: ${message}`)
