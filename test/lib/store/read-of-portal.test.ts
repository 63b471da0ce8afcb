import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readOfPortal } from '../../../lib/store/read-of-portal.ts'
import { countStatements } from '../../count-statements.ts'
import { engines, type TestDatabase } from './test-database.ts'

const at = '2026-01-01T00:00:00.000Z'

describe.each(Object.entries(engines))('reads of one portal on %s', (_, open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
    for (const member_id of ['p1', 'p2']) {
      await database.db
        .insertInto('portal')
        .values({
          member_id,
          domain: `${member_id}.example`,
          endpoint: `https://${member_id}.example/rest/`,
          oauth_server: 'https://oauth.example',
          status: 'installed',
          lang: 'en',
          scope: 'crm',
          settings: '{}',
          install_steps: '[]',
          lease_number: 0,
          created_at: at,
          updated_at: at,
        })
        .execute()
    }
    const rows = [
      { portal: 'p1', event: 'A', at: 'the first "moment"\n' },
      { portal: 'p1', event: 'B', at: 'später' },
      { portal: 'p2', event: 'C', at },
    ]
    await database.db.insertInto('heard_event').values(rows).execute()
  })
  afterEach(() => database.close())

  const read = readOfPortal((db, { portal, events }: { portal: string; events: readonly string[] }) => {
    const heard = db.selectFrom('heard_event').where('heard_event.portal', '=', portal).orderBy('heard_event.event')
    return {
      // A column of the same name as one of the portal's.
      some: heard.select(['heard_event.event as domain', 'heard_event.at']).where('heard_event.event', 'in', events),
      all: heard.select('heard_event.event'),
      none: db.selectFrom('trigger').select('trigger.id').where('trigger.portal', '=', portal),
    }
  })

  test('are one statement: the portal, and the rows of each with their own columns', async () => {
    const count = countStatements()
    const found = await read(database.db, { portal: 'p1', events: ['A', 'B'] })
    count.stop()
    expect(count.texts).toHaveLength(1)
    expect(found).toMatchObject({
      home: { memberId: 'p1', domain: 'p1.example' },
      some: [
        { domain: 'A', at: 'the first "moment"\n' },
        { domain: 'B', at: 'später' },
      ],
      all: [{ event: 'A' }, { event: 'B' }],
      none: [],
    })
    expect(await read(database.db, { portal: 'p2', events: ['A'] })).toMatchObject({
      home: { memberId: 'p2' },
      some: [],
      all: [{ event: 'C' }],
    })
  })

  test('find nothing of a portal that is not there', async () => {
    expect(await read(database.db, { portal: 'p3', events: ['A'] })).toBeNull()
  })
})
