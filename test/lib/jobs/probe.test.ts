import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PROBE } from '../../../lib/jobs/lifecycle/probe.ts'
import { periodicJobs } from '../../../lib/jobs/periodic-jobs.ts'
import { createScheduler } from '../../../lib/queue/periodic.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { findProbe } from '../../../lib/store/probes.ts'
import { runCommand, runCommandHere } from '../../handlers/command.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, types, pipelines } = SEED
const aDeal = { entityTypeId: types.deal, title: 'Deal', categoryId: pipelines.partners, assignedById: users.sam }
const day = 24 * 3_600_000

let rig: Rig
beforeEach(async () => {
  rig = await startRig({ portal: { switches: { licenseFamily: 'std', automationFeature: 'present' } } })
})
afterEach(() => rig.stop())

const known = () => findProbe(rig.stagecue.db, rig.portal.memberId)
const rows = () => rig.stagecue.db.selectFrom('work').selectAll().where('kind', '=', PROBE).execute()

async function probe(): Promise<void> {
  const { db, worker } = rig.stagecue
  const now = new Date()
  await enqueue(db, [{ portal: rig.portal.memberId, type: PROBE, dedupKey: 'round', dueAt: now }], now)
  worker.wake(rig.portal.memberId)
  await rig.settled()
}

async function status() {
  const admin = await rig.as(users.admin)
  return (await admin('GET', '/api/status')).body
}

describe('what is found out of a portal', () => {
  it('is known after the installation, and shown to its administrator in his language', async () => {
    expect(await known()).toMatchObject({ trick: { answer: 'yes' }, bucket: { answer: 'usual' } })
    const { probe } = await status()
    expect(probe.map(({ id }: { id: string }) => id)).toEqual([
      'trick',
      'events',
      'statistics',
      'lines',
      'forms',
      'channels',
      'histories',
      'connector-mid',
      'automation',
      'delegation',
      'bucket',
      'zone',
    ])
    expect(probe).toContainEqual({
      id: 'bucket',
      answer: 'usual',
      detail: 'std',
      at: expect.stringMatching(/Z$/),
      title: 'Request limit',
      text: '50 at once, then 2 per second.',
    })
  })

  it('is found out anew every week', async () => {
    const works = periodicJobs(rig.stagecue.config).filter(({ type }) => type === PROBE)
    await rig.stagecue.worker.stop()
    await rig.stagecue.db.deleteFrom('work').execute()
    const begin = () => createScheduler(rig.stagecue.db, rig.stagecue.clock, works)()
    await begin()
    expect(await rows()).toEqual([])
    const probed_at = new Date(Date.now() - 8 * day).toISOString()
    await rig.stagecue.db.updateTable('portal').set({ probed_at }).execute()
    await begin()
    expect(await rows()).toMatchObject([{ portal: rig.portal.memberId }])
  })

  it('is found out anew with a new version of the app', async () => {
    await rig.stagecue.db.deleteFrom('work').execute()
    rig.portal.act.updateApp()
    await rig.as(users.deputy)
    await rig.settled()
    expect(await rows()).toMatchObject([{ state: 'done', reason: 'probed' }])
  })

  it('stays as it was where the portal cannot say now', async () => {
    rig.portal.switches.licenseFamily = 'ent'
    const error = { error: 'INTERNAL_SERVER_ERROR' }
    const body = { result: { result: { events: ['ONCRMDYNAMICITEMADD'] }, result_error: { bucket: error } } }
    rig.portal.faults.next({ method: 'server.time', kind: 'status', status: 200, body })
    await probe()
    expect(await known()).toMatchObject({ bucket: { answer: 'usual' }, events: { answer: 'no' } })
    await probe()
    expect(await known()).toMatchObject({ bucket: { answer: 'large' }, events: { answer: 'yes' } })
  })

  it('makes the budget of requests fit the portal’s plan', async () => {
    rig.portal.switches.licenseFamily = 'ent'
    await probe()
    expect((await status()).budget).toMatchObject({ burst: 250, perSecond: 5 })
    rig.portal.switches.licenseFamily = 'std'
    await probe()
    expect((await status()).budget).toMatchObject({ burst: 50, perSecond: 2 })
  })

  it('says of delegated access what came of the last one that was needed', async () => {
    expect((await known()).delegation).toMatchObject({ answer: 'not-chosen' })
    const admin = await rig.as(users.admin)
    await admin('PUT', '/api/settings', { delegate: true })
    await probe()
    expect((await known()).delegation).toMatchObject({ answer: 'unknown' })
    await rig.addTrigger({ kind: 'email-incoming' })
    for (const [position, answer] of [
      ['none', { answer: 'no', detail: 'no-token' }],
      ['token of X', { answer: 'yes' }],
    ] as const) {
      rig.portal.switches.appTestAuthWithAuthType = position
      // What was asked for lately is not asked for again.
      await rig.stagecue.db.deleteFrom('work').execute()
      const { id } = rig.portal.act.createItem(aDeal)
      rig.portal.act.receiveMail({ subject: position, bindings: [{ entityTypeId: types.deal, id }] })
      await rig.settled()
      await probe()
      expect((await known()).delegation).toMatchObject(answer)
    }
  })
})

describe('npm run probe', () => {
  const environment = () => ({
    PUBLIC_URL: rig.url,
    B24_CLIENT_ID: rig.emulator.clientId,
    B24_CLIENT_SECRET: rig.emulator.clientSecret,
    B24_OAUTH_SERVERS: rig.emulator.oauthUrl,
    B24_ALLOW_HTTP: 'true',
    B24_ALLOW_PRIVATE: 'true',
    DATA_DIR: rig.dataDir,
  })
  const run = (...args: string[]) => runCommandHere('probe', args, environment())

  it('prints what was found out last while Stagecue runs, by domain or member id', async () => {
    for (const { stdout } of [
      await runCommand('probe', [rig.portal.domain], environment()),
      await run(rig.portal.memberId),
    ]) {
      expect(stdout).toContain('Stagecue is running')
      expect(stdout).toContain('Request limit: 50 at once, then 2 per second.')
      expect(stdout).toMatch(/bucket · usual · std · \d{4}-/)
    }
  })

  it('asks the portal where Stagecue does not run', async () => {
    rig.portal.switches.licenseFamily = 'ent'
    await rig.stagecue.close()
    const { stdout } = await run(rig.portal.domain)
    expect(stdout).not.toContain('Stagecue is running')
    expect(stdout).toContain('Request limit: 250 at once, then 5 per second.')
  })

  it.each([
    ['no portal', [], 'Say which portal'],
    ['an unknown portal', ['nobody.bitrix24.com'], 'No portal is known as nobody.bitrix24.com'],
  ])('ends with an error and what to do for %s', async (_, args, told) => {
    expect(await run(...args)).toMatchObject({ code: 1, stderr: expect.stringContaining(told) })
  })

  it('tells why the portal could not be asked', async () => {
    await rig.stagecue.close()
    rig.portal.faults.down = true
    const failed = await run(rig.portal.domain)
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/could not be asked.*check that the portal/s),
    })
    expect(failed.stderr).not.toMatch(/\n\s+at /)
  })
})
