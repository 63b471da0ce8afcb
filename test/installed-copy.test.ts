import { afterEach, expect, test } from 'vitest'
import { copyInstalled } from './installed-copy.ts'
import { SEED } from './portal/index.ts'
import { type Rig, startRig } from './rig.ts'

const rigs: Rig[] = []
afterEach(() => Promise.all(rigs.splice(0).map((rig) => rig.stop())))

/** Of these options no other test starts one, so that the first is installed here. */
async function start(): Promise<Rig> {
  const rig = await startRig({ env: { CLICK_HOLD_SECONDS: '0.31' } })
  rigs.push(rig)
  return rig
}

/** All that is kept of a rig, as one text. */
async function everythingOf({ stagecue, portal }: Rig): Promise<string> {
  const { tables, memory } = await copyInstalled(stagecue, portal, [])
  return JSON.stringify([tables, memory], (_, value) => (value instanceof Map ? [...value] : value))
}

test('a rig that begins from a copy knows nothing of the addresses and the id of the first', async () => {
  const [first, second] = [await start(), await start()]
  const namesOf = ({ url, portal, emulator }: Rig) => [
    ...[url, portal.url, ...emulator.oauthUrls].map((address) => new URL(address).host),
    portal.memberId,
    portal.applicationToken,
  ]
  const kept = await everythingOf(second)
  expect(namesOf(first).filter((name) => kept.includes(name))).toEqual([])
  expect(namesOf(second).filter((name) => kept.includes(name))).toContain(second.portal.memberId)
  const bindings = ({ portal, url }: Rig) =>
    portal.world.bindings.map(({ event, handler }) => [event, handler.replace(url, '')])
  expect(bindings(second)).toEqual(bindings(first))
})

test('it was installed as long ago as the first had been, and it serves', async () => {
  const first = await start()
  const [begun, rig] = [Date.now(), await start()]
  const installedAt = async ({ stagecue }: Rig) =>
    Date.parse(
      (await stagecue.db.selectFrom('portal').select('installed_at').executeTakeFirstOrThrow()).installed_at ?? '',
    )
  expect(await installedAt(rig)).toBeGreaterThan(await installedAt(first))
  expect(await installedAt(rig)).toBeLessThanOrEqual(Date.now())
  expect(begun - (await installedAt(rig))).toBeLessThan(30_000)
  await rig.addTrigger({})
  const { types, deals } = SEED
  rig.portal.act.receiveMail({ bindings: [{ entityTypeId: types.deal, id: deals.kim }] })
  await rig.settled()
  expect(await rig.story()).toHaveLength(1)
})
