import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { aTrigger, type Rig, startRig } from '../../rig.ts'

const { users, deals, lines, types } = SEED

describe('POST /api/triggers/rehearse', () => {
  let rig: Rig
  let admin: Api
  const since = new Date(Date.now() - 3600_000).toISOString()
  const rehearse = async (trigger: Record<string, unknown>, scope: object = { since }) =>
    admin('POST', '/api/triggers/rehearse', { trigger: { ...aTrigger, ...trigger }, ...scope })
  const short = (entries: { item: { id: number } | null; outcome: string; reason: string | null }[]) =>
    entries.map(({ item, outcome, reason }) => `${item?.id ?? '-'} ${outcome} ${reason}`)

  beforeAll(async () => {
    rig = await startRig()
    admin = await rig.as(users.admin)
    rig.portal.act.receiveMail()
    rig.portal.switches.callActivityId = 'missing'
    rig.portal.act.callIn({ result: 'missed', line: lines.cloud })
    rig.portal.switches.callActivityId = 'present'
    rig.portal.act.callIn({ result: 'missed', line: lines.office })
    rig.portal.act.callIn({ result: 'answered' })
    await rig.settled()
  })
  afterAll(() => rig.stop())

  test('says what a trigger would have done about e-mails, and moves nothing', async () => {
    const { status, body } = await rehearse({ kind: 'email-incoming' })
    expect(status).toBe(200)
    expect(short(body.entries)).toEqual([`${deals.kim} would-move watch`])
    expect(body.entries[0]).toMatchObject({
      occurrence: { source: 'rehearsal' },
      move: { from: 'C4:NEW', to: 'C4:PREPARATION', userId: users.sam },
    })
    expect(rig.portal.world.items.get(`2:${deals.kim}`)?.stageId).toBe('C4:NEW')
    expect(await rig.story()).toEqual([])
    const rows = await rig.stagecue.db.selectFrom('occurrence').selectAll().execute()
    expect(rows).toEqual([])
  })

  test('says about calls what its own fields rule out', async () => {
    const { body } = await rehearse({ kind: 'call-missed', fields: { line: lines.cloud } })
    expect(short(body.entries).sort()).toEqual(['- skipped filter', `${deals.kim} would-move watch`])
  })

  test('says of one item why it would stay', async () => {
    const item = { entityTypeId: types.deal, id: deals.kim }
    const { body } = await rehearse({ kind: 'email-incoming', fromStages: ['C4:UC_VISIT'] }, { item })
    expect(short(body.entries)).toEqual([`${deals.kim} skipped from-stage`])
  })

  test('reads the marks and the links of e-mails that were viewed and clicked', async () => {
    const { activityId } = rig.portal.act.sendMail({ html: '<a href="https://acme.example/offer/1">offer</a>' })
    rig.portal.act.openMail(activityId)
    rig.portal.act.clickMailLink(activityId)
    await rig.settled()
    const viewed = await rehearse({ kind: 'email-viewed' })
    expect(short(viewed.body.entries)).toEqual([`${deals.kim} would-move watch`])
    const clicked = async (url: string) =>
      (await rehearse({ kind: 'email-link-clicked', fields: { url } })).body.entries
    expect(short(await clicked('https://acme.example/offer'))).toEqual([`${deals.kim} would-move watch`])
    expect(short(await clicked('https://acme.example/other'))).toEqual(['- skipped filter'])
  })

  test('refuses wrong triggers with the fields that are wrong', async () => {
    const { status, body } = await rehearse({ stageId: 'C4:NOWHERE' })
    expect(status).toBe(422)
    expect(Object.keys(body.error.fields)).toEqual(['stageId'])
  })
})
