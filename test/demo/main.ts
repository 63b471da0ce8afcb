import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../build-app.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { day, type Happening, triggers } from './day.ts'
import { printDecision, type Row, userName } from './print.ts'

// `npm run demo`: an emulated portal to look at in a browser, Stagecue installed in it, and a day of twenty happenings.
// `-- --once` ends after the day.

const once = process.argv.includes('--once')

/** Waits are shortened, so that the day passes in a minute; the portal's own limits and delays are the real ones. */
const env = {
  LATE_BINDING_SECONDS: '1,2,3',
  CALL_RECHECK_SECONDS: '1',
  SETTLE_SECONDS: '5',
  MAIL_POLL_SECONDS: '1',
  LOG_LEVEL: 'silent',
}

/** Two rounds of asking where the portal is silent. */
const SILENCE_MS = 2500

/** Names of the triggers by id. */
const names = new Map<string, string>()

async function main(): Promise<boolean> {
  console.log('Stagecue demo: an emulated Bitrix24 portal over real HTTP, and Stagecue installed in it.\n')
  if (!once) await buildApp()
  const rig = await startRig({ portal: { eventDelayMs: [200, 1000] }, env })
  console.log(`  portal emulator  ${rig.portal.url}${once ? '' : '/  ← open it in a browser and watch the cards move'}`)
  console.log(`  Stagecue         ${rig.url}`)
  console.log(`  its database     ${rig.dataDir}/stagecue.db\n`)
  await rig.as(SEED.users.sam)
  await rig.as(SEED.users.ines)
  console.log(`${userName(rig.portal, SEED.users.admin)} installed Stagecue; Sam and Ines have opened it once.`)
  console.log('Triggers:')
  for (const trigger of triggers) {
    const { id, name, kind, stageId } = await rig.addTrigger(trigger)
    names.set(id, String(name))
    console.log(`  ${kind}  “${name}” → ${stageId}`)
  }
  let asItShould = true
  for (const [index, happening] of day.entries()) {
    console.log(`\n${index + 1}. ${happening.what}`)
    if (!(await play(rig, happening))) asItShould = false
  }
  const { length } = rig.portal.requests
  console.log(`\nThe day took ${length} requests to the portal, the installation included.`)
  console.log(asItShould ? 'It ended as it should.' : 'It did NOT end as it should.')
  if (once) await rig.stop()
  else keepRunning(rig)
  return asItShould
}

/** The next morning: Kim has a new deal, and whoever opened the portal in a browser lets things happen himself. */
function keepRunning(rig: Rig): void {
  rig.portal.act.createItem({
    entityTypeId: SEED.types.deal,
    title: 'Second shop for Kim',
    categoryId: SEED.pipelines.partners,
    contactIds: [SEED.contacts.kim],
  })
  process.once('SIGINT', () => void rig.stop().then(() => process.exit(0)))
  console.log(`\nNow it is your turn: open ${rig.portal.url}/ and follow the yellow line.`)
  console.log('Everything keeps running. Ctrl+C ends it and removes the database.')
}

/** Lets it happen, prints what each trigger said to it, and says whether that was expected. */
async function play(rig: Rig, { act, expected, silent }: Happening): Promise<boolean> {
  const before = await journal(rig)
  const known = new Set((await occurrences(rig)).map(({ key }) => key))
  act(rig)
  if (silent) await sleep(SILENCE_MS)
  await rig.settled()
  const news = (await journal(rig)).slice(before.length)
  const ruledOut = (await occurrences(rig)).filter(({ key }) => !known.has(key)).flatMap(({ filtered }) => filtered)
  for (const row of news) console.log(printDecision(rig.portal, row))
  for (const id of ruledOut) console.log(`  – “${names.get(id)}”: looked, but its own fields do not match`)
  if (news.length + ruledOut.length === 0) console.log('  · counted before: no trigger looks at it again')
  const told = (await rig.story()).slice(before.length)
  const missing = expected.filter((line) => !told.some((entry) => entry.endsWith(line)))
  if (missing.length === 0 && told.length === expected.length) return true
  console.log(`  ! expected: ${expected.join('; ') || 'nothing'}`)
  return false
}

async function occurrences({ stagecue: services }: Rig): Promise<{ key: string; filtered: string[] }[]> {
  const rows = await services.db.selectFrom('occurrence').select(['key', 'filtered']).execute()
  return rows.map(({ key, filtered }) => ({ key, filtered: JSON.parse(filtered) }))
}

function journal({ stagecue: services }: Rig): Promise<Row[]> {
  return services.db.selectFrom('decision').selectAll().orderBy('id').execute()
}

main().then(
  (asItShould) => {
    if (!asItShould || once) process.exitCode = asItShould ? 0 : 1
  },
  (error: Error) => {
    console.error(`The demo failed: ${error.message}`)
    process.exit(1)
  },
)
