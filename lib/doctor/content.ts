import type { Config } from '../config.ts'
import { type Db, foreignMigrations } from '../store/database.ts'
import { requireKeys } from '../store/key-rotation.ts'
import { type Finding, fault, fine } from './finding.ts'

/** What is in the database: tables of this version or an older one, and tokens that ENCRYPTION_KEYS open. */
export async function contentFindings({ encryptionKeys }: Config, db: Db): Promise<readonly Finding[]> {
  const foreign = await foreignMigrations(db)
  if (foreign === null) return [fine('database', 'empty; its tables are made at the first start')]
  if (foreign.length > 0)
    return [
      fault(
        'database',
        `A newer version has changed the tables (${foreign.join(', ')}).`,
        'Start the newer version, or restore the backup from before the upgrade.',
      ),
    ]
  try {
    await requireKeys(db, encryptionKeys)
    return [fine('database', 'can be used'), fine('keys', 'open what they sealed')]
  } catch (error) {
    const [, what = '', advice = ''] = /^(.+?\.) (.+)$/s.exec((error as Error).message) ?? []
    return [fine('database', 'can be used'), fault('keys', what, advice)]
  }
}
