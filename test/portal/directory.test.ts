import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, result, setUp, tokenFor } from './testing.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await setUp([], { limits: { enabled: false } })
})
afterAll(() => fixture.stop())

const ask = (method: string, params: object = {}, userId: number = SEED.users.admin) =>
  result(fixture.portal, tokenFor(fixture.portal, userId), method, params)
const refusal = async (method: string, params: object, userId: number) => {
  const { status, body } = await call(fixture.portal, tokenFor(fixture.portal, userId), method, params)
  return [status, body.error]
}

describe('stages', () => {
  test('have three orders: SORT as text or number, row id, stage id', async () => {
    const rows = await ask('crm.status.list', { filter: { ENTITY_ID: 'DEAL_STAGE_4' } })
    const by = (key: (row: { SORT: string; ID: string }) => number | string) =>
      [...rows]
        .sort((one, other) => (key(one) < key(other) ? -1 : 1))
        .map((row: { STATUS_ID: string }) => row.STATUS_ID)
    expect(rows[0].SORT).toEqual(expect.any(String))
    expect(
      new Set([by((row) => Number(row.SORT)), by((row) => row.SORT), by((row) => Number(row.ID))].map(String)).size,
    ).toBe(3)
    const equal = rows.filter((row: { SORT: string }) => row.SORT === '40')
    expect(equal.map((row: { STATUS_ID: string }) => row.STATUS_ID)).toEqual(['C4:UC_VISIT', 'C4:UC_OFFER'])
  })

  test('tell success and failure', async () => {
    const [won, lost] = await ask('crm.status.list', {
      filter: { ENTITY_ID: 'DEAL_STAGE', '!SEMANTICS': '' },
      order: { SORT: 'ASC' },
    })
    expect(won).toMatchObject({ STATUS_ID: 'WON', SEMANTICS: 'S', CATEGORY_ID: null, EXTRA: { SEMANTICS: 'success' } })
    expect(lost).toMatchObject({ STATUS_ID: 'LOSE', SEMANTICS: 'F' })
  })

  test('of every pipeline are found by one call', async () => {
    const directories = await ask('crm.status.entity.types')
    const ids = directories.map((row: { ID: string }) => row.ID)
    expect(ids).toEqual(
      expect.arrayContaining([
        'STATUS',
        'QUOTE_STATUS',
        'DEAL_STAGE',
        'DEAL_STAGE_4',
        'SMART_INVOICE_STAGE_5',
        'DYNAMIC_177_STAGE_9',
      ]),
    )
    expect(ids.some((id: string) => id.includes('DYNAMIC_180'))).toBe(false)
    const [first] = await ask('crm.status.entity.items', { entityId: 'DEAL_STAGE_4' })
    expect(first).toEqual({ NAME: 'Introduction', SORT: 10, STATUS_ID: 'C4:NEW' })
  })

  test('are added and deleted', async () => {
    const stageId = fixture.portal.act.addStage({ entityTypeId: 2, categoryId: 4, name: 'Extra', sort: 50 })
    expect(stageId).toMatch(/^C4:UC_/)
    const named = async () => (await ask('crm.status.list', { filter: { STATUS_ID: stageId } })).length
    expect(await named()).toBe(1)
    fixture.portal.act.deleteStage(2, stageId)
    expect(await named()).toBe(0)
  })
})

describe('pipelines', () => {
  test('come by SORT, not the default first', async () => {
    const { categories } = await ask('crm.category.list', { entityTypeId: 2 })
    expect(categories.map((row: { id: number; isDefault: string }) => [row.id, row.isDefault])).toEqual([
      [4, 'N'],
      [0, 'Y'],
    ])
  })

  test('are not seen by who reads nothing, and do not exist for leads', async () => {
    expect((await ask('crm.category.list', { entityTypeId: 2 }, SEED.users.noCrm)).categories).toEqual([])
    expect(await refusal('crm.category.list', { entityTypeId: 1 }, SEED.users.admin)).toEqual([
      400,
      'ENTITY_TYPE_NOT_SUPPORTED',
    ])
    expect(await refusal('crm.status.list', {}, SEED.users.noCrm)).toEqual([400, ''])
  })
})

describe('kinds of items', () => {
  test('are listed to administrators, invoices not among them', async () => {
    const { types } = await ask('crm.type.list')
    expect(
      types.map((type: { entityTypeId: number; isStagesEnabled: string }) => [type.entityTypeId, type.isStagesEnabled]),
    ).toEqual([
      [177, 'Y'],
      [180, 'N'],
    ])
    expect(await refusal('crm.type.list', {}, SEED.users.sam)).toEqual([400, 'ACCESS_DENIED'])
    const owners = await ask('crm.enum.ownertype', {}, SEED.users.sam)
    expect(owners).toContainEqual({
      ID: 177,
      NAME: 'Service requests',
      SYMBOL_CODE: 'DYNAMIC_177',
      SYMBOL_CODE_SHORT: 'Tb1',
    })
  })

  test('have no leads in the simple mode', async () => {
    expect(await ask('crm.settings.mode.get')).toBe(1)
    fixture.portal.world.crmMode = 'simple'
    expect(await ask('crm.settings.mode.get')).toBe(2)
    expect(await refusal('crm.item.list', { entityTypeId: 1 }, SEED.users.admin)).toEqual([400, 'NOT_FOUND'])
    fixture.portal.world.crmMode = 'classic'
  })
})

describe('users', () => {
  test('know themselves', async () => {
    expect(await ask('profile', {}, SEED.users.sam)).toMatchObject({
      ID: '15',
      ADMIN: false,
      NAME: 'Sam',
      LAST_NAME: 'Seller',
    })
    expect(await ask('user.admin')).toBe(true)
    expect((await ask('user.current', {}, SEED.users.sam)).ID).toBe('15')
  })

  test('are listed without bots and customers, by page, search and state', async () => {
    const all = await ask('user.get')
    expect(all.some((user: { ID: string }) => ['40', '602'].includes(user.ID))).toBe(false)
    expect(all[0]).not.toHaveProperty('EMAIL')
    const dismissed = await ask('user.get', { FILTER: { ACTIVE: false } })
    expect(dismissed.map((user: { ID: string }) => user.ID)).toEqual(['25'])
    const found = await ask('user.get', { FILTER: { NAME_SEARCH: 'seller', USER_TYPE: 'employee' } })
    expect(found.map((user: { NAME: string }) => user.NAME)).toEqual(['Sam', 'Ines'])
    const byId = await ask('user.get', { filter: { ID: [15, 16] }, sort: 'ID', order: 'DESC' })
    expect(byId.map((user: { ID: string }) => user.ID)).toEqual(['16', '15'])
  })
})

describe('channels of customers', () => {
  test('telephone lines and statistics need their rights', async () => {
    expect(await ask('voximplant.line.get')).toMatchObject({ reg77120: 'Sales SIP', 4930555000: '+49 30 555000' })
    fixture.portal.world.lines.push({ id: 'sip9', name: `Smith & Co <"O'Neil">` })
    expect((await ask('voximplant.line.get')).sip9).toBe('Smith &amp; Co &lt;&quot;O&#039;Neil&quot;&gt;')
    expect(await refusal('voximplant.line.get', {}, SEED.users.supervisor)).toEqual([403, 'ACCESS_DENIED'])
    expect(await ask('voximplant.statistic.get', {}, SEED.users.supervisor)).toEqual([])
    expect(await refusal('voximplant.statistic.get', {}, SEED.users.sam)).toEqual([403, 'ACCESS_DENIED'])
    expect(await ask('telephony.externalLine.get')).toEqual([])
  })

  test('forms are listed, newest first, or the method is missing by the switch', async () => {
    const active = await ask('crm.webform.list')
    expect(active.map((form: { ID: string; IS_CALLBACK_FORM: string }) => [form.ID, form.IS_CALLBACK_FORM])).toEqual([
      ['17', 'N'],
      ['15', 'Y'],
      ['14', 'Y'],
    ])
    expect(await ask('crm.webform.list', { GET_INACTIVE: 'Y' })).toHaveLength(4)
    fixture.portal.switches.webformList = 'ERROR_METHOD_NOT_FOUND'
    expect(await refusal('crm.webform.list', {}, SEED.users.admin)).toEqual([404, 'ERROR_METHOD_NOT_FOUND'])
    expect(await ask('method.get', { name: 'crm.webform.list' })).toEqual({ isExisting: false, isAvailable: false })
    fixture.portal.switches.webformList = 'available'
  })

  test('Open Channels are listed without a total', async () => {
    const channels = await ask('imopenlines.config.list.get', {
      PARAMS: { filter: { ACTIVE: 'Y' }, limit: 1, offset: 1 },
    })
    expect(channels).toEqual([expect.objectContaining({ ID: '6', LINE_NAME: 'Support', ACTIVE: 'Y' })])
    expect((await ask('imopenlines.config.get', { CONFIG_ID: 5 })).LINE_NAME).toBe('Sales')
    expect(await ask('imopenlines.config.get', { CONFIG_ID: 99 })).toBe(false)
    expect(await refusal('imopenlines.config.list.get', { PARAMS: 'x' }, SEED.users.admin)).toEqual([
      400,
      'INVALID_FORMAT',
    ])
  })
})

describe('the app', () => {
  test('knows itself, its scopes and events', async () => {
    expect(await ask('app.info')).toMatchObject({
      CODE: fixture.emulator.appCode,
      INSTALLED: true,
      VERSION: 1,
      PAYMENT_EXPIRED: 'N',
    })
    expect(await ask('scope')).toContain('imopenlines')
    expect(await ask('events', { SCOPE: 'telephony' })).toContain('ONVOXIMPLANTCALLEND')
    expect(await ask('feature.get', { CODE: 'rest_auth_connector' })).toEqual({ value: 'N' })
    expect(await refusal('feature.get', {}, SEED.users.admin)).toEqual([400, 'CODE_EMPTY'])
  })

  test('keeps options: its own are set by administrators only, empty ones are a list', async () => {
    expect(await ask('app.option.get')).toEqual([])
    await ask('app.option.set', { options: { colour: 'red' } })
    expect(await ask('app.option.get', { option: 'colour' }, SEED.users.sam)).toBe('red')
    expect(await ask('app.option.get', { option: 'none' })).toBeNull()
    expect(await refusal('app.option.set', { options: { a: 1 } }, SEED.users.sam)).toEqual([400, 'AccessException'])
    expect(await refusal('app.option.set', {}, SEED.users.admin)).toEqual([400, 'ArgumentNullException'])
    await ask('user.option.set', { options: { tab: 2 } }, SEED.users.sam)
    expect([await ask('user.option.get', {}, SEED.users.sam), await ask('user.option.get')]).toEqual([{ tab: 2 }, []])
  })
})
