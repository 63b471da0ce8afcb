import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { type Fixture, type ReceivedEvent, result, setUp } from './testing.ts'

const CALLS = ['ONVOXIMPLANTCALLINIT', 'ONVOXIMPLANTCALLSTART', 'ONVOXIMPLANTCALLEND']
let fixture: Fixture
beforeEach(async () => {
  fixture = await setUp(['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONCRMLEADADD', ...CALLS], {
    limits: { enabled: false },
    switches: { eventOrder: 'strict' },
  })
})
afterEach(() => fixture.stop())

const names = (events: ReceivedEvent[]) =>
  events.map(({ event }) => event.replace('ONVOXIMPLANT', '').replace('ONCRM', ''))
const arrived = async () => {
  await fixture.portal.idle()
  return fixture.inbox.events.splice(0)
}
const read = (id: number | null) => result(fixture.portal, fixture.admin, 'crm.activity.get', { id })
const rows = (callId: string) =>
  result(fixture.portal, fixture.admin, 'voximplant.statistic.get', { FILTER: { CALL_ID: callId } })

describe('an answered incoming call', () => {
  test('rings, is picked up, gets its activity, ends', async () => {
    const { callId, activityId } = fixture.portal.act.callIn()
    const events = await arrived()
    expect(names(events)).toEqual(['CALLINIT', 'CALLSTART', 'ACTIVITYADD', 'CALLEND'])
    expect(events[0]?.data).toEqual({
      CALL_ID: callId,
      CALL_TYPE: '2',
      ACCOUNT_SEARCH_ID: SEED.lines.cloud,
      PHONE_NUMBER: 'Sales SIP',
      CALLER_ID: SEED.phones.kim,
    })
    expect(events[3]?.data).toMatchObject({
      CALL_ID: callId,
      PHONE_NUMBER: SEED.phones.kim,
      PORTAL_NUMBER: SEED.lines.cloud,
      PORTAL_USER_ID: String(SEED.users.sam),
      CALL_DURATION: '60',
      CALL_FAILED_CODE: '200',
      CRM_ACTIVITY_ID: String(activityId),
    })
    expect(await read(activityId)).toMatchObject({
      TYPE_ID: '2',
      PROVIDER_ID: 'VOXIMPLANT_CALL',
      DIRECTION: '1',
      COMPLETED: 'Y',
      ORIGIN_ID: `VI_${callId}`,
      RESULT_STREAM: '1',
      SETTINGS: [],
    })
    expect(await rows(callId)).toEqual([
      expect.objectContaining({
        CALL_FAILED_CODE: '200',
        CRM_ENTITY_TYPE: 'CONTACT',
        CRM_ENTITY_ID: String(SEED.contacts.kim),
      }),
    ])
  })
})

describe('an incoming call that nobody picks up', () => {
  test.each([
    ['missed', '304', { MISSED_CALL: true }],
    ['declined', '603', []],
    ['busy', '486', []],
    ['cancelled', '603-S', []],
  ] as const)('%s has code %s', async (outcome, code, settings) => {
    const { activityId } = fixture.portal.act.callIn({ result: outcome, line: SEED.lines.office })
    const events = await arrived()
    expect(names(events)).toEqual(['CALLINIT', 'ACTIVITYADD', 'CALLEND'])
    expect(events[2]?.data).toMatchObject({ CALL_FAILED_CODE: code, CALL_DURATION: '0', PORTAL_NUMBER: 'sip4' })
    expect((await read(activityId)).SETTINGS).toEqual(settings)
  })
})

describe('a redirected call', () => {
  const codes = async (callId: string) =>
    (await rows(callId)).map((row: { CALL_FAILED_CODE: string }) => row.CALL_FAILED_CODE)

  test('has one row and one end, of who answered or was rung last', async () => {
    const ends = async (call: object) => {
      const { callId } = fixture.portal.act.callIn({ result: 'redirected', ...call })
      const events = (await arrived()).filter(({ event }) => event === 'ONVOXIMPLANTCALLEND')
      expect(await codes(callId)).toEqual(events.map(({ data }) => data.CALL_FAILED_CODE))
      return events.map(({ data }) => [data.CALL_TYPE, data.CALL_FAILED_CODE, data.PORTAL_USER_ID])
    }
    expect(await ends({})).toEqual([['3', '200', String(SEED.users.ines)]])
    expect(await ends({ redirectTo: null })).toEqual([['3', '304', String(SEED.users.ines)]])
  })

  test('has a row and an end for each leg by the switch; the answered one takes the mark of a missed call away', async () => {
    fixture.portal.switches.legsShareCallId = 'yes'
    const { callId, activityId } = fixture.portal.act.callIn({ result: 'redirected', legGapMs: 400 })
    expect((await read(activityId)).SETTINGS).toEqual({ MISSED_CALL: true })
    expect(await codes(callId)).toEqual(['304'])
    const ends = (await arrived()).filter(({ event }) => event === 'ONVOXIMPLANTCALLEND')
    expect(ends.map(({ data }) => [data.CALL_TYPE, data.CALL_FAILED_CODE, data.PORTAL_USER_ID])).toEqual([
      ['3', '304', String(SEED.users.sam)],
      ['3', '200', String(SEED.users.ines)],
    ])
    expect(await read(activityId)).toMatchObject({
      SETTINGS: [],
      COMPLETED: 'Y',
      RESPONSIBLE_ID: String(SEED.users.ines),
    })
  })

  test('may be missed by everybody', async () => {
    fixture.portal.switches.legsShareCallId = 'yes'
    const { callId, activityId } = fixture.portal.act.callIn({ result: 'redirected', redirectTo: null })
    expect(await codes(callId)).toEqual(['304', '304'])
    expect((await read(activityId)).SETTINGS).toEqual({ MISSED_CALL: true })
  })
})

describe('a call of a stranger', () => {
  test('has no activity, unless it makes a lead', async () => {
    expect(fixture.portal.act.callIn({ phone: SEED.phones.stranger }).activityId).toBeNull()
    expect((await arrived()).at(-1)?.data).not.toHaveProperty('CRM_ACTIVITY_ID')
    const { activityId } = fixture.portal.act.callIn({ phone: SEED.phones.stranger, createLead: true })
    expect(names(await arrived())).toContain('LEADADD')
    expect((await read(activityId)).OWNER_TYPE_ID).toBe('1')
  })
})

describe('other calls', () => {
  test('outgoing, answered or not', async () => {
    const answered = fixture.portal.act.callOut({ userId: SEED.users.ines })
    expect((await arrived())[0]?.data).toMatchObject({
      CALL_TYPE: '1',
      PHONE_NUMBER: SEED.phones.kim,
      CALLER_ID: SEED.lines.cloud,
    })
    expect(await read(answered.activityId)).toMatchObject({
      DIRECTION: '2',
      RESPONSIBLE_ID: String(SEED.users.ines),
      RESULT_STREAM: '2',
      IS_INCOMING_CHANNEL: 'N',
    })
    fixture.portal.act.callOut({ answered: false })
    expect((await arrived()).at(-1)?.data).toMatchObject({ CALL_FAILED_CODE: '603-S', CALL_DURATION: '0' })
  })

  test('callbacks and robot calls have types of their own', async () => {
    const { activityId } = fixture.portal.act.callback()
    expect((await arrived()).at(-1)?.data.CALL_TYPE).toBe('4')
    expect(await read(activityId)).toMatchObject({ PROVIDER_TYPE_ID: 'CALLBACK', DIRECTION: '0' })
    fixture.portal.act.infoCall()
    expect((await arrived()).at(-1)?.data.CALL_TYPE).toBe('5')
  })

  test('of a telephony app lack the line when they begin', async () => {
    fixture.portal.act.callIn({ restAppId: 77, result: 'missed' })
    const events = await arrived()
    expect(Object.keys(events[0]?.data ?? {})).toEqual(['CALL_ID', 'CALL_TYPE', 'CALLER_ID', 'REST_APP_ID'])
    expect(events.at(-1)?.data).toMatchObject({ PORTAL_NUMBER: 'REST_APP:77', CALL_FAILED_CODE: '304' })
  })

  test('planned and noted ones have no ORIGIN_ID and no end', async () => {
    const plan = fixture.portal.act.planCall()
    const noted = fixture.portal.act.logCallByHand()
    expect(names(await arrived())).toEqual(['ACTIVITYADD', 'ACTIVITYADD'])
    expect([(await read(plan)).COMPLETED, (await read(noted)).COMPLETED, (await read(plan)).ORIGIN_ID]).toEqual([
      'N',
      'Y',
      null,
    ])
  })

  test('attached to a plan update it', async () => {
    const plan = fixture.portal.act.planCall()
    await arrived()
    const { callId, activityId } = fixture.portal.act.attachCallToPlan(plan)
    const events = await arrived()
    expect(names(events)).toEqual(['CALLINIT', 'CALLSTART', 'ACTIVITYUPDATE', 'CALLEND'])
    expect(activityId).toBe(plan)
    expect(await read(plan)).toMatchObject({ ORIGIN_ID: `VI_${callId}`, COMPLETED: 'Y' })
  })

  test('restored from the recycle bin keep their ORIGIN_ID', async () => {
    const { callId, activityId } = fixture.portal.act.callIn()
    const restored = fixture.portal.act.restoreCall(activityId ?? 0)
    expect(restored).not.toBe(activityId)
    expect((await read(restored)).ORIGIN_ID).toBe(`VI_${callId}`)
  })
})

test.each([
  ['empty', '', null],
  ['0', '0', '0'],
  ['missing', undefined, null],
] as const)('CRM_ACTIVITY_ID is %s by the switch; the statistics name the client', async (position, told, inRows) => {
  fixture.portal.switches.callActivityId = position
  const { callId, activityId } = fixture.portal.act.callIn()
  expect(activityId).not.toBeNull()
  expect((await arrived()).at(-1)?.data.CRM_ACTIVITY_ID).toBe(told)
  expect(await rows(callId)).toEqual([
    expect.objectContaining({ CRM_ACTIVITY_ID: inRows, CRM_ENTITY_ID: String(SEED.contacts.kim) }),
  ])
})

test('a call between employees raises the events of an outgoing one, and CRM knows nothing of it', async () => {
  for (const position of ['present', '0'] as const) {
    fixture.portal.switches.callActivityId = position
    const { callId, activityId } = fixture.portal.act.callColleague()
    const events = await arrived()
    expect([activityId, names(events)]).toEqual([null, ['CALLINIT', 'CALLSTART', 'CALLEND']])
    expect(events.at(-1)?.data).toMatchObject({ CALL_TYPE: '1', PHONE_NUMBER: '102', CALL_FAILED_CODE: '200' })
    expect(events.at(-1)?.data).not.toHaveProperty('CRM_ACTIVITY_ID')
    expect(await rows(callId)).toEqual([
      expect.objectContaining({ CRM_ACTIVITY_ID: null, CRM_ENTITY_TYPE: null, CRM_ENTITY_ID: null }),
    ])
  }
})

test.each(['480', '408', '505', 'VI_STATUS_304', ''])('exchanges write %o for "nobody picked up"', async (code) => {
  const { callId, activityId } = fixture.portal.act.callIn({ result: 'missed', code })
  expect((await arrived()).at(-1)?.data).toMatchObject({ CALL_FAILED_CODE: code, CALL_DURATION: '0' })
  expect((await rows(callId))[0].CALL_FAILED_CODE).toBe(code)
  expect((await read(activityId)).SETTINGS).toEqual([])
})

describe('a telephony app', () => {
  const registerCall = (given?: object) => fixture.portal.act.registerCall(given)
  const finishCall = (callId: string, given?: object) => fixture.portal.act.finishCall(callId, given)
  const ringGroup = (given?: object) => fixture.portal.act.ringGroup(given)
  const ends = async () =>
    (await arrived()).filter(({ event }) => event === 'ONVOXIMPLANTCALLEND').map(({ data }) => data)

  test('that registers a call again within half an hour gets the one that runs, for another user a new one', async () => {
    const first = registerCall()
    expect(registerCall()).toBe(first)
    expect(names(await arrived())).toEqual(['CALLINIT'])
    for (const other of [{ userId: SEED.users.ines }, { phone: SEED.phones.lee }, { callType: 1 }, { restAppId: 78 }]) {
      expect(registerCall(other)).not.toBe(first)
    }
    expect(registerCall({ at: new Date(Date.now() + 31 * 60_000) })).not.toBe(first)
  })

  test('chooses the code, or leaves it to the seconds', async () => {
    for (const finished of [{}, { durationSeconds: 5 }, { code: '480' }]) finishCall(registerCall(), finished)
    expect((await ends()).map((data) => [data.CALL_FAILED_CODE, data.CALL_DURATION])).toEqual([
      ['304', '0'],
      ['200', '5'],
      ['480', '0'],
    ])
  })

  test('rings a group by a call for each telephone, all of one number at one time; one is answered, or none', async () => {
    const calls = ringGroup()
    const answered = await ends()
    expect(answered.map((data) => data.CALL_FAILED_CODE)).toEqual(['304', '200', '304'])
    expect(new Set(answered.map((data) => data.CALL_ID)).size).toBe(3)
    expect(new Set(calls.map(({ activityId }) => activityId)).size).toBe(3)
    for (const same of ['PHONE_NUMBER', 'CALL_START_DATE', 'PORTAL_NUMBER'] as const) {
      expect(new Set(answered.map((data) => data[same])).size).toBe(1)
    }
    expect(answered[0]?.PORTAL_NUMBER).toBe('REST_APP:77')
    ringGroup({ answeredBy: null, code: '480', line: 'pbx-1' })
    expect((await ends()).map((data) => [data.CALL_FAILED_CODE, data.PORTAL_NUMBER])).toEqual(
      Array.from({ length: 3 }, () => ['480', 'pbx-1']),
    )
  })
})

test('a call of the past begins and ends then', async () => {
  const at = new Date('2026-01-15T10:00:00Z')
  const { activityId } = fixture.portal.act.callIn({ at })
  const end = (await arrived()).at(-1)
  expect(end?.data.CALL_START_DATE).toBe('2026-01-15T12:00:00+02:00')
  expect(Number(end?.ts) * 1000).toBe(at.getTime() + 60_000)
  expect(await read(activityId)).toMatchObject({
    START_TIME: '2026-01-15T12:00:00+02:00',
    END_TIME: '2026-01-15T12:01:00+02:00',
  })
})
