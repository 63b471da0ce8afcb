import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { aTrigger, type Rig, startRig } from '../../rig.ts'

const { users, channels } = SEED

/** What a manager may enter of the kinds of Open Channels. */
describe('the own fields', () => {
  let rig: Rig
  let admin: Api
  beforeAll(async () => {
    rig = await startRig()
    admin = await rig.as(users.admin)
  })
  afterAll(() => rig.stop())

  const faults = async (kind: string, fields: Record<string, unknown>) => {
    const { status, body } = await admin('POST', '/api/triggers', { ...aTrigger, kind, fields })
    return status === 201 ? 'taken' : [status, Object.keys(body.error.fields)]
  }

  test.each([0, -5, 1.5, 86_401, 'soon', null, undefined])('seconds %o: 422', async (seconds) => {
    expect(await faults('chat-accept-time', { seconds })).toEqual([422, ['fields.seconds']])
  })

  test('a wait that is too long or too short is refused in minutes and seconds, as the form has them', async () => {
    const errors = async (kind: string, fields: object) => {
      const { body } = await admin('POST', '/api/triggers', { ...aTrigger, kind, fields })
      return Object.values(body.error.fields)
    }
    expect(await errors('chat-accept-time', { seconds: 86_401 })).toEqual(['Please enter 1440 min or less.'])
    expect(await errors('chat-accept-time', { seconds: 0 })).toEqual(['Please enter 1 s or more.'])
    expect(await errors('email-viewed', { minSeconds: 3601 })).toEqual(['Please enter 60 min or less.'])
  })

  test.each(['', '   ', '\n\t', null, undefined, 'x'.repeat(501)])('text %o: 422', async (text) => {
    expect(await faults('chat-message', { text })).toEqual([422, ['fields.text']])
  })

  test.each(['chat-first-message', 'chat-accepted'])('%s: a channel that is not there: 422', async (kind) => {
    expect(await faults(kind, { channelId: '99' })).toEqual([422, ['fields.channelId']])
    expect(await faults(kind, { channelId: String(channels.sales) })).toBe('taken')
    expect(await faults(kind, {})).toBe('taken')
    expect(await faults(kind, { channelId: '' })).toBe('taken')
  })

  test('the text is kept without the blanks around it, those inside count', async () => {
    const { fields } = await rig.addTrigger({ kind: 'chat-message', fields: { text: '  new  car ' } })
    expect(fields).toEqual({ text: 'new  car' })
  })

  test('the catalogue has them under Open Channels', async () => {
    const { body } = await admin('GET', '/api/kinds')
    const ofChannels = body.filter(({ group }: { group: string }) => group === 'channels')
    expect(ofChannels.map(({ kind, title, available }: Record<string, unknown>) => [kind, title, available])).toEqual([
      ['chat-first-message', "Track customer's initial message", true],
      ['chat-accept-time', 'Track chat accepted time', true],
      ['chat-accepted', 'Track chat accepted event', true],
      ['chat-message', 'Track customer messages', true],
    ])
  })
})
