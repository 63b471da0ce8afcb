import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mailFacts } from '../../../lib/engine/sources/activity/mail-facts.ts'
import { automaticMail, dependsOnBody } from '../../../lib/triggers/automatic-mail.ts'
import data from '../../../lib/triggers/data/automatic-mails.json' with { type: 'json' }
import type { MailFacts } from '../../../lib/triggers/facts.ts'

function letter(
  subject: string,
  from = 'Kim <kim@client.example>',
  headers = {},
  emptyBody: boolean | null = null,
): MailFacts {
  const settings = { EMAIL_META: { from, to: 'sales@acme.example' }, MESSAGE_HEADERS: headers }
  return { ...mailFacts(subject, settings), emptyBody }
}

describe('by its subject an e-mail is', () => {
  test.each([
    ['auto-reply', 'Automatic reply: Offer'],
    ['auto-reply', 'AUTOMATIC REPLY: Offer'],
    ['auto-reply', 'Réponse automatique\u00a0: Offre'],
    ['auto-reply', 'Автоматический ответ: Предложение'],
    ['auto-reply', '自动答复：报价'],
    ['auto-reply', '\u200fמענה אוטומטי\u200e: הצעה'],
    ['auto-reply', '[EXTERNAL] Automatische Antwort: Angebot'],
    ['auto-reply', '=?UTF-8?B?QXV0b21hdGlzY2hlIEFudHdvcnQ6IEFuZ2Vib3Q=?='],
    ['auto-reply', 'Automatic reply:'],
    ['bounce', 'Undelivered Mail Returned to Sender'],
    ['bounce', 'Undeliverable: Offer'],
    ['bounce', 'Delivery Status Notification (Failure)'],
    ['bounce', 'Не удается доставить: Предложение'],
    ['receipt', 'Read: Offer'],
    ['receipt', 'Gelesen: Angebot'],
    ['receipt', 'Прочитано: Предложение'],
    ['receipt', 'Lu : Offre'],
  ])('%s: %s', (kind, subject) => {
    expect(automaticMail(letter(subject))).toBe(kind)
  })

  test.each([
    'Re: Automatic reply: Offer',
    'Automatic reply wanted?',
    'Out of office furniture, an offer please',
    'Read this please',
    'Auto: BMW gesucht',
    'Offer',
    '',
    'Re: Offer',
    'Отправлено с iPhone',
  ])('a person’s: %s', (subject) => {
    expect(automaticMail(letter(subject))).toBeNull()
  })

  test.each(['Accepted: Meeting', 'Zugesagt: Termin', 'Принято: Встреча', 'Accepté : Réunion', '已接受: 会议'])(
    'an answer to an invitation where the body says nothing: %s',
    (subject) => {
      expect(automaticMail(letter(subject, undefined, {}, true))).toBe('calendar')
      expect(automaticMail(letter(subject, undefined, {}, false))).toBeNull()
      expect(dependsOnBody(letter(subject))).toBe(true)
    },
  )

  test('not told by its body in all other cases', () => {
    for (const subject of ['Automatic reply: Offer', 'Question']) expect(dependsOnBody(letter(subject))).toBe(false)
  })
})

describe('by its sender an e-mail is', () => {
  test.each([
    'Mail Delivery System <MAILER-DAEMON@mx.client.example>',
    'postmaster@client.example',
    '"Mail, System" <Postmaster@client.example>',
    'bounce+kim=client.example@lists.example',
    'bounces-17@lists.example',
  ])('a bounce: %s', (from) => {
    expect(automaticMail(letter('Question', from))).toBe('bounce')
  })

  test.each([
    'bouncer@client.example',
    'kim.postmaster@client.example',
    'Postmaster <kim@client.example>',
    'no address',
    '',
    '<<<<@@@@',
  ])('a person’s: %s', (from) => {
    expect(automaticMail(letter('Question', from))).toBeNull()
  })
})

describe('by its headers an e-mail is', () => {
  test.each([
    ['auto-reply', { 'Auto-Submitted': 'auto-replied' }],
    ['notification', { 'auto-submitted': 'auto-generated (rejected)' }],
    ['auto-reply', { 'X-Autoreply': 'yes' }],
    ['auto-reply', { Precedence: 'auto_reply' }],
    ['bounce', { 'Content-Type': 'multipart/report; report-type=delivery-status' }],
    ['calendar', { 'Content-Type': 'text/calendar; method=REPLY' }],
  ])('%s: %o', (kind, headers) => {
    expect(automaticMail(letter('Offer', undefined, headers))).toBe(kind)
  })

  test.each([
    { 'Auto-Submitted': 'no' },
    { 'Content-Type': 'text/plain' },
    { Precedence: 'normal' },
    { 'X-Autoreply': '' },
  ])('a person’s: %o', (headers) => {
    expect(automaticMail(letter('Offer', undefined, headers))).toBeNull()
  })
})

describe('the phrases', () => {
  test.each(data.subjects)('“$phrase” ($language) is told', ({ phrase, kind, language, seen }) => {
    expect(['auto-reply', 'bounce', 'calendar', 'receipt']).toContain(
      automaticMail(letter(`${phrase}: 1`, undefined, {}, true)),
    )
    expect(kind).not.toBe('')
    expect(language).toMatch(/^[a-z]{2}(-[A-Z]{2})?$/)
    expect(seen.length).toBeGreaterThan(3)
  })

  test('whatever is written: no exception, and a subject of a person with anything before the phrase stays his', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }), (subject, from) => {
        automaticMail(letter(subject, from))
        expect(automaticMail(letter(`Kim ${subject}`))).toBeNull()
      }),
    )
    expect(automaticMail(letter('\ud800'.repeat(20_000), '<'.repeat(20_000)))).toBeNull()
  })
})
