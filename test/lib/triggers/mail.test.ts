import { describe, expect, test } from 'vitest'
import { emailIncoming } from '../../../lib/triggers/email-incoming.ts'
import { emailOutgoing } from '../../../lib/triggers/email-outgoing.ts'
import { call, mail } from './facts.ts'

describe('an e-mail that comes in', () => {
  const incoming = mail({ direction: 1 })

  test('counts under its Message-Id, at its START_TIME', () => {
    expect(emailIncoming.recognise(incoming)).toEqual({
      key: 'email-incoming:<crm.activity.9101@acme.example>',
      alias: 'email-incoming:9101',
      at: '2026-08-29T07:00:00.000Z',
      facts: { activityId: 9101 },
    })
  })

  test('counts under the id of its activity when it has no Message-Id', () => {
    const bare = mail({ direction: 1, settings: { EMAIL_META: { from: 'kim@client.example' } } })
    expect(emailIncoming.recognise(bare)).toMatchObject({ key: 'email-incoming:9101' })
  })

  test('is none when another program wrote the activity: no EMAIL_META', () => {
    expect(emailIncoming.recognise(mail({ direction: 1, settings: {} }))).toBeNull()
  })

  test('is none when we sent it, and none when it is no e-mail', () => {
    expect(emailIncoming.recognise(mail())).toBeNull()
    expect(emailIncoming.recognise(mail({ direction: 1, typeId: 6 }))).toBeNull()
    expect(emailIncoming.recognise(call())).toBeNull()
  })
})

describe('an e-mail that goes out', () => {
  test('counts at its CREATED', () => {
    expect(emailOutgoing.recognise(mail())).toMatchObject({
      key: 'email-outgoing:<crm.activity.9101@acme.example>',
      at: '2026-08-29T07:00:05.000Z',
      facts: { automatic: false },
    })
  })

  test('waits up to ten seconds for SETTINGS that are not written yet', () => {
    expect(emailOutgoing.recognise(mail({ settings: {} }))).toEqual({ lookAgainAfter: 10 })
  })

  test('was sent by an employee when no SETTINGS come', () => {
    const late = mail({ settings: {}, seenAt: '2026-08-29T07:00:20.000Z' })
    expect(emailOutgoing.recognise(late)).toMatchObject({ key: 'email-outgoing:9101', facts: { automatic: false } })
  })

  test.each(['BP_ACTIVITY_ID', 'BP_TEMPLATE_ID'])('of an automation rule (%s) counts only with `automatic`', (mark) => {
    const robots = emailOutgoing.recognise(mail({ settings: { [mark]: '12' } }))
    if (robots === null || 'lookAgainAfter' in robots) throw new Error('not recognised')
    expect(emailOutgoing.matches({}, robots)).toBe(false)
    expect(emailOutgoing.matches({ automatic: false }, robots)).toBe(false)
    expect(emailOutgoing.matches({ automatic: true }, robots)).toBe(true)
  })

  test('is none when the customer wrote it', () => {
    expect(emailOutgoing.recognise(mail({ direction: 1 }))).toBeNull()
  })
})
