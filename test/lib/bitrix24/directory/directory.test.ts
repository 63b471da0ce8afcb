import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDirectory, type Directory } from '../../../../lib/bitrix24/directory/index.ts'
import { SEED } from '../../../portal/index.ts'
import { type SetUp, setUp } from '../set-up.ts'

const { users, types, pipelines, lines, forms, channels } = SEED

let world: SetUp
let directory: Directory
beforeEach(async () => {
  world = await setUp()
  await world.open(users.admin)
  directory = createDirectory(world.clients)
})
afterEach(() => world.stop())

const portal = () => world.portal.memberId

/** Lets the administrator be one who lacks rights. */
const limit = (rights: object, admin = true) => {
  const user = world.portal.world.users.get(users.admin) ?? expect.fail()
  Object.assign(user, { admin })
  Object.assign(user.rights, rights)
}

async function itemTypes() {
  const answer = await directory.readDirectory(portal())
  return answer.ok ? answer.value : expect.fail(answer.missing)
}

describe('item types', () => {
  it('are those with stages, with their pipelines', async () => {
    expect(
      (await itemTypes()).map((type) => [type.entityTypeId, type.title, type.pipelines.map((p) => p.categoryId)]),
    ).toEqual([
      [types.lead, 'Lead', [null]],
      [types.deal, 'Deal', [pipelines.partners, pipelines.general]],
      [types.estimate, expect.any(String), [null]],
      [types.invoice, expect.any(String), [pipelines.invoices]],
      [types.request, 'Service requests', [pipelines.warranty, pipelines.requests]],
    ])
  })

  it('have their stages in the portal’s order: SORT as a number, then row id', async () => {
    const deals = (await itemTypes()).find(({ entityTypeId }) => entityTypeId === types.deal)
    const partners = deals?.pipelines.find(({ categoryId }) => categoryId === pipelines.partners)
    expect(partners?.stages.map(({ stageId }) => stageId)).toEqual([
      'C4:NEW',
      'C4:PREPARATION',
      'C4:UC_VISIT',
      'C4:UC_OFFER',
      'C4:UC_CONTRACT',
      'C4:WON',
      'C4:LOSE',
    ])
    expect(partners?.stages.at(-2)).toMatchObject({ title: 'Partner won', semantics: 'success', canBeTarget: true })
    expect(partners?.stages.at(-1)).toMatchObject({ semantics: 'failure', color: expect.stringMatching(/^#/) })
  })

  it('of leads: the success stage cannot be a target', async () => {
    const [leads] = await itemTypes()
    const closed = leads?.pipelines[0]?.stages.filter(({ canBeTarget }) => !canBeTarget)
    expect(closed?.map(({ stageId }) => stageId)).toEqual(['CONVERTED'])
    expect(leads?.pipelines[0]?.stages.find(({ stageId }) => stageId === 'JUNK')).toMatchObject({ canBeTarget: true })
  })

  it('cost two requests, and none again within a minute, however many ask', async () => {
    await Promise.all([itemTypes(), itemTypes()])
    await itemTypes()
    expect(world.portal.requests).toHaveLength(2)
  })

  it('have no leads in simple CRM', async () => {
    world.portal.world.crmMode = 'simple'
    expect((await itemTypes()).map(({ entityTypeId }) => entityTypeId)).not.toContain(types.lead)
  })

  it('are found without the right to list smart processes', async () => {
    limit({}, false)
    expect((await itemTypes()).map(({ entityTypeId }) => entityTypeId)).toEqual([1, 2, 7, 31, types.request])
  })

  it('fill more than one batch where there are many', async () => {
    for (let n = 0; n < 60; n++) world.portal.act.addSmartProcess({ title: `Process ${n}` })
    const found = await itemTypes()
    expect(found).toHaveLength(65)
    expect(found.every((type) => type.pipelines.every(({ stages }) => stages.length > 0))).toBe(true)
  })

  it('tell which right is missing, and are not remembered as missing', async () => {
    limit({ read: 'none' }, false)
    expect(await directory.readDirectory(portal())).toEqual({ ok: false, missing: 'crm.read' })
    limit({ read: 'all' }, true)
    expect(await itemTypes()).toHaveLength(5)
  })
})

describe('users', () => {
  const read = async (search?: string) => {
    const answer = await directory.readUsers(portal(), search)
    return answer.ok ? answer.value : expect.fail(answer.missing)
  }

  it('are the active employees, by name', async () => {
    const found = await read()
    expect(found[0]).toEqual({ id: users.admin, title: 'Ada Admin' })
    const ids = found.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([users.deputy, users.sam, users.ines]))
    for (const absent of [users.dismissed, users.extranet, users.bot, users.kimAsUser])
      expect(ids).not.toContain(absent)
  })

  it('are all there when they fill many pages, in two requests', async () => {
    for (let n = 0; n < 130; n++) world.portal.act.addUser({ name: 'Zoe', lastName: `No${n}` })
    const found = await read()
    expect(found.filter(({ title }) => title.startsWith('Zoe'))).toHaveLength(130)
    expect(world.portal.requests).toHaveLength(2)
  })

  it('are searched by the portal', async () => {
    expect(await read('Ines')).toEqual([{ id: users.ines, title: 'Ines Seller' }])
  })
})

describe('lines', () => {
  it('are those of the portal and the numbers of recent calls', async () => {
    world.portal.act.callIn({ line: 'REST_APP:12' })
    const answer = await directory.readLines(portal())
    expect(answer).toEqual({
      ok: true,
      value: [
        { id: lines.rented, title: '+49 30 555000' },
        { id: lines.office, title: 'Office PBX' },
        { id: 'REST_APP:12', title: 'REST_APP:12' },
        { id: lines.cloud, title: 'Sales SIP' },
      ],
    })
    expect(world.portal.requests).toHaveLength(1)
  })

  it('are incomplete with one right only, and missing with none', async () => {
    limit({ telephonyStatistics: false })
    expect(await directory.readLines(portal())).toMatchObject({ ok: true, missing: 'telephony.statistics' })
    limit({ telephonyStatistics: true, manageNumbers: false })
    expect(await directory.readLines(portal())).toMatchObject({ ok: true, missing: 'telephony.numbers', value: [] })
    limit({ telephonyStatistics: false, manageNumbers: false })
    expect(await directory.readLines(portal())).toEqual({ ok: false, missing: 'telephony.numbers' })
  })

  it('need the scope', async () => {
    world.portal.world.app.scope = ['crm']
    await world.open(users.admin)
    expect(await directory.readLines(portal())).toEqual({ ok: false, missing: 'telephony' })
    expect(await directory.readChannels(portal())).toEqual({ ok: false, missing: 'imopenlines' })
    expect(await directory.readUsers(portal())).toEqual({ ok: false, missing: 'user_brief' })
  })
})

describe('forms', () => {
  it('are the active callback forms, without their security codes', async () => {
    expect(await directory.readForms(portal())).toEqual({
      ok: true,
      value: [
        { id: String(forms.callback), title: 'Call me back' },
        { id: String(forms.callbackAgain), title: 'Call me back (shop)' },
      ],
    })
  })

  it('are none, with the reason, where the portal has no such method', async () => {
    world.portal.switches.webformList = 'ERROR_METHOD_NOT_FOUND'
    expect(await directory.readForms(portal())).toEqual({ ok: true, value: [], missing: 'crm.webform.list' })
  })
})

describe('channels', () => {
  it('are the active ones', async () => {
    expect(await directory.readChannels(portal())).toEqual({
      ok: true,
      value: [
        { id: String(channels.sales), title: 'Sales' },
        { id: String(channels.support), title: 'Support' },
      ],
    })
  })

  it('are asked for until none are left', async () => {
    const [model] = world.portal.world.channels
    const more = Array.from({ length: 250 }, (_, n) => ({
      ...(model ?? expect.fail()),
      id: 100 + n,
      name: `Channel ${n}`,
    }))
    world.portal.world.channels.push(...more)
    const answer = await directory.readChannels(portal())
    expect(answer.ok && answer.value).toHaveLength(252)
    expect(world.portal.requests).toHaveLength(2)
  })
})

describe('trouble that passes', () => {
  it('is thrown, not taken for a missing right', async () => {
    world.portal.faults.next({ kind: 'html' })
    await expect(directory.readForms(portal())).rejects.toMatchObject({ name: 'PortalUnavailableError' })
    expect(await directory.readForms(portal())).toMatchObject({ ok: true })
  })
})
