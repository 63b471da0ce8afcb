import { loadConfig, readEnvironment } from '../lib/config.ts'
import { addAudit } from '../lib/store/audit.ts'
import { openBeside, transact } from '../lib/store/database.ts'
import { eraseClient } from '../lib/store/erase-client.ts'
import { eraseUser, triggersActingAs } from '../lib/store/erase-people.ts'
import { findPortalsByName } from '../lib/store/portals.ts'
import { runCommand } from './run-command.ts'

const usage = `Say of which portal (its domain or member_id) and who:
  npm run erase -- acme.bitrix24.com user 15          an employee
  npm run erase -- acme.bitrix24.com item 2 31        an item: its type (1 lead, 2 deal …) and id
Whose items a contact's or company's are only Bitrix24 knows: an administrator erases those by POST /api/erase.`

/** `npm run erase`: erases what is kept of one person, beside the processes that serve (`docs/privacy.md`). */
async function main([name = '', what, ...ids]: readonly string[]): Promise<void> {
  const [first = 0, second = 0] = ids.map(Number)
  const isUser = what === 'user' && ids.length === 1 && Number.isSafeInteger(first) && first > 0
  const isItem =
    what === 'item' && ids.length === 2 && [first, second].every((id) => Number.isSafeInteger(id) && id > 0)
  if (!isUser && !isItem) throw new Error(usage)
  const { databaseUrl, dataDir } = loadConfig(readEnvironment())
  const db = openBeside(databaseUrl === null ? { dataDir } : { databaseUrl })
  try {
    const [portal, ...others] = await findPortalsByName(db, name)
    if (!portal) throw new Error(`No portal is known as ${name}. ${usage}`)
    if (others.length > 0) throw new Error(`Several portals are known as ${name}. Name the member_id. ${usage}`)
    const { memberId } = portal
    await transact(db, async (tx) => {
      const now = new Date()
      if (isUser) {
        const acting = await triggersActingAs(tx, memberId, first)
        if (acting.length > 0)
          throw new Error(`These triggers act as this person, change them first: ${acting.join(', ')}`)
        await eraseUser(tx, memberId, first, now)
      } else {
        const happenings = await eraseClient(tx, memberId, {
          refs: [{ entityTypeId: first, id: second }],
          activityIds: [],
        })
        process.stdout.write(`${happenings} happenings were bound to it.\n`)
      }
      await addAudit(
        tx,
        memberId,
        { userId: null, action: 'person-erased', detail: { code: isUser ? 'user' : 'client' } },
        now,
      )
    })
    process.stdout.write('Erased.\n')
  } finally {
    await db.destroy()
  }
}

await runCommand(() => main(process.argv.slice(2)))
