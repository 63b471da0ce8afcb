import { describe, expect, test } from 'vitest'
import { emailIncoming } from '../../../lib/triggers/email-incoming.ts'
import { emailOutgoing } from '../../../lib/triggers/email-outgoing.ts'
import { mailKeys } from '../../../lib/triggers/mail.ts'
import { call, mail } from './facts.ts'

describe('an e-mail that comes in', () => {
  const incoming = mail({ direction: 1 })

  test('counts under its Message-Id, at its START_TIME', () => {
    expect(emailIncoming.recognise(incoming)).toEqual({
      key: 'email-incoming:<crm.activity.9101@acme.example> sam@acme.example',
      aliases: [
        expect.stringMatching(/^email-incoming:~/),
        'email-incoming:<crm.activity.9101@acme.example>',
        'email-incoming:9101',
      ],
      at: '2026-08-29T07:00:00.000Z',
      facts: { activityId: 9101 },
    })
  })

  const keyOf = (change: Parameters<typeof mail>[0]) =>
    mailKeys('email-incoming', mail({ direction: 1, ...change })).key
  const from = (name: string, id?: string) => ({
    EMAIL_META: { from: name, to: 'sales@acme.example' },
    ...(id === undefined ? {} : { MESSAGE_HEADERS: { 'Message-Id': id } }),
  })

  test('without a Message-Id is known by who wrote to whom, what about and when', () => {
    const bare = { settings: from('Kim <kim@client.example>') }
    expect(keyOf(bare)).toMatch(/^email-incoming:~[\w-]{43}$/)
    expect(keyOf({ ...bare, id: 9999, settings: from('KIM@client.example') })).toBe(keyOf(bare))
    expect(keyOf({ ...bare, startTime: '2026-08-29T07:00:01.000Z' })).not.toBe(keyOf(bare))
    expect(keyOf({ settings: from('lee@client.example') })).not.toBe(keyOf(bare))
  })

  test.each(['<>', '', '  '])('whose Message-Id is “%s” has none', (id) => {
    expect(keyOf({ settings: from('kim@client.example', id) })).toBe(keyOf({ settings: from('kim@client.example') }))
  })

  test('of two senders who share a Message-Id is two', () => {
    const [kim, lee] = ['kim@client.example', 'lee@client.example'].map((name) =>
      keyOf({ settings: from(name, '<1@x>') }),
    )
    expect(kim).not.toBe(lee)
  })

  test('is known by the id of its activity when nobody is named', () => {
    expect(keyOf({ settings: { EMAIL_META: { subject: 'x' } } })).toBe('email-incoming:9101')
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
  test('counts at the earlier of START_TIME and CREATED', () => {
    expect(emailOutgoing.recognise(mail())).toMatchObject({
      key: 'email-outgoing:<crm.activity.9101@acme.example> sam@acme.example',
      at: '2026-08-29T07:00:00.000Z',
      facts: { automatic: false },
    })
  })

  test('waits up to ten seconds for SETTINGS that are not written yet', () => {
    expect(emailOutgoing.recognise(mail({ settings: {} }))).toEqual({ retryAfter: 10 })
  })

  test('was sent by an employee when no SETTINGS come', () => {
    const late = mail({ settings: {}, seenAt: '2026-08-29T07:00:20.000Z' })
    expect(emailOutgoing.recognise(late)).toMatchObject({ key: 'email-outgoing:9101', facts: { automatic: false } })
  })

  test.each(['BP_ACTIVITY_ID', 'BP_TEMPLATE_ID'])('of an automation rule (%s) counts only with `automatic`', (mark) => {
    const robots = emailOutgoing.recognise(mail({ settings: { [mark]: '12' } }))
    if (robots === null || 'retryAfter' in robots) throw new Error('not recognised')
    expect(emailOutgoing.matches({}, robots)).toBe(false)
    expect(emailOutgoing.matches({ automatic: false }, robots)).toBe(false)
    expect(emailOutgoing.matches({ automatic: true }, robots)).toBe(true)
  })

  test('is none when the customer wrote it', () => {
    expect(emailOutgoing.recognise(mail({ direction: 1 }))).toBeNull()
  })
})
