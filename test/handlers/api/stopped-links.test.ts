import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { stopOfTarget } from '../../../lib/links/stop.ts'
import { erasePortal } from '../../../lib/store/erasure.ts'
import { addStop, removeStop } from '../../../lib/store/stopped-links.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { clickLink, clicksRecorded, linkTo } from '../../tracked-link.ts'
import { runCommand, runCommandHere } from '../command.ts'

const { users, deals, types } = SEED
const deal = { entityTypeId: types.deal, id: deals.kim }
const operator = { stoppedBy: 'operator' } as const

let rig: Rig
let admin: Api
beforeAll(async () => {
  rig = await startRig({ env: { CLICK_HOLD_SECONDS: '3600' } })
  admin = await rig.as(users.admin)
})
afterEach(async () => {
  await rig.stagecue.db.deleteFrom('stopped_link').execute()
  await rig.stagecue.db.deleteFrom('work').where('kind', '=', 'click').execute()
  await rig.stagecue.stoppedLinks.refresh()
})
afterAll(() => rig.stop())

const offer = () => linkTo(rig, deal, 'https://shop.example/offer?customer=kim#price')
const stop = (body: unknown) => admin('POST', '/api/links/stopped', body)
const statusOf = async (link: string) => (await clickLink(link)).status
const elsewhere = () => [
  linkTo(rig, { ...deal, id: deal.id + 1 }, 'https://shop.example/offer?customer=kim#price'),
  linkTo(rig, deal, 'https://shop.example/offer?customer=ines'),
  linkTo(rig, deal, 'https://shop.example.org/offer?customer=kim'),
]

describe('a stopped link', () => {
  it('leads nowhere, says so, is not counted, and goes on when it is released', async () => {
    expect(await statusOf(offer())).toBe(302)
    await clicksRecorded(rig, 1)
    const { status, body } = await stop({ link: offer() })
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        what: 'link',
        label: `2:${deal.id} shop.example`,
        since: expect.any(String),
        by: 'administrator',
        userId: users.admin,
      },
    ])
    const answer = await clickLink(offer())
    expect([answer.status, answer.headers.get('location')]).toEqual([410, null])
    for (const link of elsewhere()) expect(await statusOf(link)).toBe(302)
    await clicksRecorded(rig, 4)
    expect((await admin('GET', '/api/links/stopped')).body.entries).toEqual([body])
    expect((await admin('DELETE', `/api/links/stopped/${body.id}`)).status).toBe(204)
    expect(await statusOf(offer())).toBe(302)
    const audit = (await admin('GET', '/api/audit')).body.entries
    expect(audit.slice(0, 2).map((entry: { action: string }) => entry.action)).toEqual([
      'links-released',
      'links-stopped',
    ])
  })

  it('is stopped once, however often it is told', async () => {
    const [first, second] = [await stop({ link: offer() }), await stop({ link: offer() })]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body).toEqual(first.body)
  })

  it('stays stopped while the database is down, and other links lead on', async () => {
    await stop({ link: offer() })
    const { db } = rig.stagecue
    await db.schema.alterTable('stopped_link').renameTo('stopped_link_away').execute()
    try {
      await expect(rig.stagecue.stoppedLinks.refresh()).rejects.toThrow()
      expect(await statusOf(offer())).toBe(410)
      for (const link of elsewhere()) expect(await statusOf(link)).toBe(302)
    } finally {
      await db.schema.alterTable('stopped_link_away').renameTo('stopped_link').execute()
    }
  })
})

describe('stopping a target', () => {
  it('as an address stops what leads there, to whatever part of the page', async () => {
    const { body } = await stop({ target: 'https://SHOP.example/offer?customer=kim' })
    expect([body.what, body.label]).toEqual(['address', 'https://shop.example/offer'])
    expect(await statusOf(offer())).toBe(410)
    const [ofOtherItem = '', ...others] = elsewhere()
    expect(await statusOf(ofOtherItem)).toBe(410)
    for (const link of others) expect(await statusOf(link)).toBe(302)
  })

  it('as a host stops all of it, and no other host', async () => {
    const { body } = await stop({ target: 'Shop.example' })
    expect([body.what, body.label]).toEqual(['host', 'shop.example'])
    const [, ofOtherPage = '', ofOtherHost = ''] = elsewhere()
    expect([await statusOf(offer()), await statusOf(ofOtherPage), await statusOf(ofOtherHost)]).toEqual([410, 410, 302])
  })

  it('keeps new links from being made', async () => {
    await stop({ target: 'shop.example' })
    const made = { entityTypeId: deal.entityTypeId, itemId: deal.id, target: 'https://shop.example/other' }
    const { status, body } = await admin('POST', '/api/links', made)
    expect([status, body.error.fields.target]).toEqual([422, 'Links to this address were stopped.'])
  })

  it.each(['shop.example/offer', 'https://', 'javascript:alert(1)', 'https://shop.example@other.example/', 'a b', ''])(
    '%j is neither',
    async (target) => {
      const { status, body } = await stop({ target })
      expect([status, Object.keys(body.error.fields)]).toEqual([422, ['target']])
    },
  )
})

describe('all links of a portal', () => {
  it('are stopped together, and those of another portal lead on', async () => {
    expect((await stop({ all: true })).body).toMatchObject({ what: 'portal', by: 'administrator' })
    const foreign = linkTo(
      { ...rig, portal: { ...rig.portal, memberId: 'f'.repeat(32) } },
      deal,
      'https://shop.example/',
    )
    expect([await statusOf(offer()), await statusOf(foreign)]).toEqual([410, 302])
    expect((await stop({ link: foreign })).status).toBe(404)
  })

  it.each([{}, { all: false }, { link: 'x', all: true }, { link: 'https://shop.example/l/x' }, { target: 7 }])(
    '%j stops nothing',
    async (body) => {
      expect((await stop(body)).status).toBeGreaterThanOrEqual(404)
      expect((await admin('GET', '/api/links/stopped')).body.entries).toEqual([])
    },
  )

  it('stay stopped when the portal is erased, and then nothing tells where they led', async () => {
    await stop({ link: offer() })
    const other = await startRig()
    try {
      const { db, stoppedLinks } = other.stagecue
      const api = await other.as(users.admin)
      const link = linkTo(other, deal, 'https://shop.example/offer')
      await api('POST', '/api/links/stopped', { link })
      await erasePortal(db, other.portal.memberId)
      await stoppedLinks.refresh()
      expect(await statusOf(link)).toBe(410)
      const rows = await db.selectFrom('stopped_link').select(['label', 'user_id']).execute()
      expect(rows).toEqual([{ label: '', user_id: null }])
    } finally {
      await other.stop()
    }
  })
})

describe('a stop by whoever runs Stagecue', () => {
  const target = () => stopOfTarget('shop.example') ?? expect.fail()

  it('holds for every portal, and no administrator lifts it', async () => {
    const { db, stoppedLinks } = rig.stagecue
    await addStop(db, '', target(), operator, new Date())
    await addStop(db, rig.portal.memberId, { what: 'portal', hash: '', label: '' }, operator, new Date())
    await stoppedLinks.refresh()
    expect(await statusOf(offer())).toBe(410)
    const { entries } = (await admin('GET', '/api/links/stopped')).body
    expect(entries).toEqual([expect.objectContaining({ what: 'portal', by: 'operator', userId: null })])
    expect((await admin('DELETE', `/api/links/stopped/${entries[0].id}`)).status).toBe(403)
    const everywhere = await db.selectFrom('stopped_link').select('id').where('member_id', '=', '').execute()
    expect((await admin('DELETE', `/api/links/stopped/${everywhere[0]?.id}`)).status).toBe(404)
    for (const { id } of everywhere) await removeStop(db, id)
  })

  const environment = () => ({
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    DATA_DIR: rig.dataDir,
  })
  const run = (...words: string[]) => runCommandHere('stop-link', words, environment())

  it('`npm run stop-link` stops a link, a host and a portal beside the process that serves, lists them, and lets them go on', async () => {
    const { stoppedLinks } = rig.stagecue
    expect((await runCommand('stop-link', [offer()], environment())).stdout).toContain('within ten seconds')
    for (const words of [['other.example'], ['--portal', rig.portal.domain]]) {
      expect((await run(...words)).stdout).toContain('within ten seconds')
    }
    await stoppedLinks.refresh()
    expect(await statusOf(linkTo(rig, deal, 'https://acme.example/'))).toBe(410)
    const list = (await run('--list')).stdout.trim().split('\n')
    expect(list.map((line) => line.split('  ').slice(1, 3).join(' '))).toEqual([
      'portal ',
      'host other.example',
      `link 2:${deal.id} shop.example`,
    ])
    expect((await run('--go-on', list[0]?.split('  ')[0] ?? '')).code).toBe(0)
    await stoppedLinks.refresh()
    expect(await statusOf(linkTo(rig, deal, 'https://acme.example/'))).toBe(302)
    expect([await statusOf(offer()), await statusOf(linkTo(rig, deal, 'https://other.example/'))]).toEqual([410, 410])
  })

  it.each([[], ['a b'], ['--portal', 'nobody.example'], ['--go-on', '9']])(
    '%j ends with an error and how to say it',
    async (...words) => {
      expect(await run(...words)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('npm run stop-link'),
      })
    },
  )

  it('without a database says so, and makes none', async () => {
    const empty = join(rig.dataDir, 'empty')
    const asked = await runCommandHere('stop-link', ['--list'], { ...environment(), DATA_DIR: empty })
    expect(asked.code).toBe(1)
    rmSync(empty, { recursive: true, force: true })
  })
})
