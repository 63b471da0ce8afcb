import { expect, test } from 'vitest'
import { untiedTables } from './portal-of-statement.ts'

test.each([
  ['select * from work where portal = $1 and id in ($2, $3)', []],
  ['select * from work where id in ($1, $2)', ['work']],
  ['select * from work where portal = $1 or id = $2', ['work']],
  ['select * from work where portal > $1', ['work']],
  ['select * from portal where member_id in ($1, $2)', []],
  ['update intent set state = $1 where id = $2', ['intent']],
  ['delete from audit where portal = $1 and id in (select id from audit where at < $2)', ['audit']],
  ['select * from intent left join decision on decision.portal = intent.portal where intent.portal = $1', []],
  [
    'select * from intent left join decision on decision.item_id = intent.item_id where intent.portal = $1',
    ['decision'],
  ],
  ['select * from work as w join portal as home on home.member_id = w.portal where w.state = $1', ['work', 'portal']],
  ['select count(*) from (select id from work where state = $1) as due', ['work']],
  [
    'select key from occurrence where portal = $1 and not exists (select 1 from decision where decision.portal = occurrence.portal)',
    [],
  ],
  [
    'select key from occurrence where portal = $1 and not exists (select 1 from decision where occurrence_key = key)',
    ['decision'],
  ],
  ['insert into work (portal, kind) values ($1, $2)', []],
  ['insert into work (kind) values ($1)', ['work']],
  ['insert into heard_event (portal, at) select member_id, $1 from portal where member_id = $2', []],
  ['insert into heard_event (portal, at) select member_id, $1 from portal', ['portal']],
  ['with recursive seen (portal) as (select min(portal) from audit) select portal from seen', ['audit']],
  ['select * from stopped_link', []],
])('%s', async (statement, untied) => {
  expect(await untiedTables(statement)).toEqual(untied)
})
