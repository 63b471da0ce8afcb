import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobType } from '../../../lib/domain/job-types.ts'
import { CHECK_ACCESS } from '../../../lib/jobs/access/check-access.ts'
import { CHECK_SUBSCRIPTIONS } from '../../../lib/jobs/subscriptions/check-job.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals } = SEED

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

async function status(userId: number = users.admin) {
  const admin = await rig.as(userId)
  const { status: code, body } = await admin('GET', '/api/status')
  expect(code).toBe(200)
  return body
}

/** A round of periodic work. */
async function due(type: JobType): Promise<void> {
  const now = new Date()
  const round = { portal: rig.portal.memberId, type, dedupKey: 'round', dueAt: now }
  await enqueue(rig.stagecue.db, [round], now)
  await rig.settled()
}

type Person = { userId: number; name: string; state: string; triggers: number; lastMetAt: string | null }

/** `name state`, as they are listed. */
const people = async () => {
  const { access } = await status()
  return access.people.map(({ name, state }: Person) => `${name} ${state}`)
}

describe('the status', () => {
  it('is for administrators', async () => {
    const sam = await rig.as(users.sam)
    expect((await sam('GET', '/api/status')).status).toBe(403)
  })

  it('says how kinds are served where the portal lacks something', async () => {
    rig.portal.switches.webformList = 'ERROR_METHOD_NOT_FOUND'
    const { kinds } = await status()
    const of = (kind: string) => kinds.find((one: { kind: string }) => one.kind === kind)
    expect(of('form-submitted').fallback).toMatch(/does not list its CRM forms/)
    expect(of('call-inbound').fallback).toBeUndefined()
  })

  it('says so of calls without an activity and of conversations whose history may not be read', async () => {
    rig.portal.switches.callActivityId = 'empty'
    rig.portal.switches.sessionHistoryAccess = 'ACCESS_DENIED'
    await rig.addTrigger({ kind: 'call-outbound', mode: 'watch' })
    await rig.addTrigger({ kind: 'chat-message', mode: 'watch', fields: { text: 'order' } })
    await rig.settled()
    rig.portal.act.deleteActivity(Number(rig.portal.act.callOut().activityId))
    rig.portal.act.customerMessage(rig.portal.act.newChat().sessionId, 'I order it')
    await rig.settled()
    const { kinds } = await status()
    const of = (kind: string) => kinds.find((one: { kind: string }) => one.kind === kind)
    expect(of('call-outbound').fallback).toMatch(/without a CRM activity/)
    expect(of('chat-message').fallback).toMatch(/no permission to read/)
  })

  it('of a fresh installation: all is subscribed, nothing waits, the kinds that the portal can serve', async () => {
    await rig.settled()
    const { subscriptions, access, work, budget, sweep, kinds, attention } = await status()
    expect(subscriptions).toMatchObject({ missing: [], unread: null, refused: [] })
    expect(subscriptions.bound).toContain('ONCRMACTIVITYADD')
    expect(access).toMatchObject({
      installer: { userId: users.admin, name: 'Ada Admin', state: 'own', administrator: true },
      reader: { userId: users.admin, name: 'Ada Admin' },
      advice: null,
      delegate: false,
      people: [],
    })
    const url = `${rig.portal.url}/marketplace/app/${rig.emulator.appCode}/`
    expect(access.invitation.url).toBe(url)
    expect(access.invitation.text).toContain(url)
    expect(work).toMatchObject({ parked: 0, overdueSince: null })
    expect(budget).toMatchObject({ perSecond: 2, blockedUntil: null })
    expect(sweep).toBeNull()
    expect(kinds).toContainEqual({ kind: 'email-incoming', title: 'Track incoming email', available: true })
    expect(attention).toEqual([])
  })

  it('says that an event which was raised on purpose came back', async () => {
    await due(CHECK_SUBSCRIPTIONS)
    const { subscriptions } = await status()
    expect(subscriptions.test).toEqual({ askedAt: expect.any(String), cameBackAt: expect.any(String) })
  })

  it('says which subscriptions the portal has lost', async () => {
    // Opening the app would repair it.
    const admin = await rig.as(users.admin)
    await rig.settled()
    const { bindings } = rig.portal.world
    rig.portal.world.bindings = bindings.filter(({ event }) => event !== 'ONCRMACTIVITYADD')
    const { body } = await admin('GET', '/api/status')
    expect(body.subscriptions.missing).toEqual(['ONCRMACTIVITYADD'])
  })

  it('says so when the portal cannot be asked, and the rest all the same', async () => {
    const admin = await rig.as(users.admin)
    rig.portal.faults.down = true
    const { status: code, body } = await admin('GET', '/api/status')
    rig.portal.faults.down = false
    expect(code).toBe(200)
    expect(body.subscriptions).toMatchObject({ bound: [], missing: [], unread: expect.any(String) })
    expect(body.access.reader.name).toBe('Ada Admin')
  })

  it('counts what waits and what was put aside', async () => {
    await rig.settled()
    const { memberId: portal } = rig.portal
    const [past, now] = [new Date('2026-08-01T12:00:00.000Z'), new Date()]
    await rig.stagecue.worker.stop()
    const work = ['a', 'b'].map((subject) => ({ portal, type: 'look' as const, dedupKey: subject, dueAt: past }))
    await enqueue(rig.stagecue.db, work, now)
    await rig.stagecue.db.updateTable('work').set({ state: 'parked' }).where('subject', '=', 'b').execute()
    expect((await status()).work).toEqual({
      due: 1,
      parked: 1,
      overdueSince: past.toISOString(),
      oldestSeconds: expect.any(Number),
      kinds: expect.arrayContaining([{ kind: 'look', state: 'parked', count: 1 }]),
    })
  })

  it('names triggers that cannot work as they are set', async () => {
    const { id } = await rig.addTrigger({ kind: 'email-incoming', stageId: 'C4:UC_VISIT', name: 'Somebody wrote' })
    rig.portal.act.deleteStage(SEED.types.deal, 'C4:UC_VISIT')
    rig.portal.act.receiveMail()
    await rig.settled()
    expect((await status()).attention).toMatchObject([
      { triggerId: id, name: 'Somebody wrote', reason: 'stage-gone', detail: 'C4:UC_VISIT', since: expect.any(String) },
    ])
  })
})

describe('the status of access', () => {
  it('tells whose own access there is, whose was delegated, whose is dead and whose is missing', async () => {
    for (const userId of [users.ines, users.supervisor]) await rig.as(userId)
    for (const userId of [users.ines, users.supervisor, users.ownOnly]) {
      await rig.addTrigger({ kind: 'email-incoming', changeStageAs: { type: 'user', userId } })
    }
    rig.portal.act.dismissUser(users.supervisor)
    const client = await rig.stagecue.clients.as(rig.portal.memberId, users.supervisor, 'work')
    await client.call('profile').catch(() => {})
    expect(await people()).toEqual(['Sue Supervisor dead', 'Otto Own none', 'Ines Seller own'])
  })

  it('names responsible persons whom a trigger has met, and when', async () => {
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.receiveMail()
    await rig.settled()
    const { access } = await status()
    expect(access.people).toEqual([
      {
        userId: users.sam,
        name: 'Sam Seller',
        state: 'none',
        triggers: 0,
        lastMetAt: expect.stringMatching(/Z$/),
        until: null,
        advice: expect.stringContaining('Send the invitation'),
      },
    ])
    // Thirty days later nobody speaks of him any more.
    const at = new Date(Date.now() - 31 * 24 * 3_600_000).toISOString()
    await rig.stagecue.db.updateTable('decision').set({ at }).execute()
    expect(await people()).toEqual([])
  })

  it('tells until when a delegated access serves', async () => {
    const admin = await rig.as(users.admin)
    await admin('PUT', '/api/settings', { delegate: true })
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.receiveMail()
    await rig.settled()
    const { access } = await status()
    expect(access.people).toMatchObject([
      { userId: users.sam, state: 'delegated', until: expect.any(String), advice: null },
    ])
    await rig.stagecue.db
      .updateTable('access')
      .set({ expires_at: new Date().toISOString() })
      .where('user_id', '=', users.sam)
      .execute()
    expect(await people()).toEqual(['Sam Seller none'])
  })

  it('tells that the installer was dismissed, who stands in, and what to do', async () => {
    await rig.as(users.deputy)
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.dismissUser(users.admin)
    rig.portal.act.receiveMail()
    await rig.settled()
    const { access } = await status(users.deputy)
    expect(access).toMatchObject({
      installer: { userId: users.admin, name: 'Ada Admin', state: 'dead' },
      reader: { userId: users.deputy, name: 'Dora Deputy' },
      advice: expect.stringContaining('uses that of Dora Deputy instead'),
    })
    expect(await rig.story()).toEqual([
      `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.deputy} for ${users.sam}`,
    ])
  })

  it('tells that the installer is no longer an administrator', async () => {
    await rig.as(users.deputy)
    const user = rig.portal.world.users.get(users.admin) ?? expect.fail()
    user.admin = false
    await due(CHECK_ACCESS)
    const { access } = await status(users.deputy)
    expect(access).toMatchObject({
      installer: { userId: users.admin, state: 'own', administrator: false },
      reader: { userId: users.deputy },
      advice: expect.stringContaining('is no longer an administrator'),
    })
  })
})
