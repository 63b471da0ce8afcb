import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SWEEP } from '../../lib/jobs/sweep/sweep.ts'
import { enqueue } from '../../lib/store/jobs.ts'
import { beginRound } from '../begin-round.ts'
import { pollMail } from '../poll-mail.ts'
import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'
import { sendEvent } from '../send-event.ts'
import { begin } from './case.ts'

const { types, pipelines } = SEED
const offer = 'https://acme.example/offer'

const RESTORED = 'it comes back from the recycle bin'

let rig: Rig
beforeAll(async () => {
  rig = await begin([
    { kind: 'email-incoming' },
    { kind: 'email-viewed', stageId: 'C4:UC_OFFER' },
    { kind: 'email-link-clicked', stageId: 'C4:UC_VISIT', fields: { url: offer } },
  ])
})
afterAll(() => rig.stop())

/** Everything that tells of an e-mail again; out of the recycle bin it comes under a new id, which is given. */
const tellings: Record<string, (mail: number) => unknown> = {
  'its event comes again': (mail) => sendEvent(rig, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': String(mail) }),
  'it is updated': (mail) => rig.portal.act.touchActivity(mail),
  'the mailbox fetches it again': (mail) => rig.portal.act.fetchMailTwice(mail),
  [RESTORED]: (mail) => rig.portal.act.restoreMail(mail),
  'it is asked for': () => pollMail(rig),
  'it is swept': () => beginRound(rig, SWEEP),
}

/** What happens to an e-mail of a deal, and where the deal goes. */
const happenings: [string, string, (bindings: { entityTypeId: number; id: number }[], subject: string) => number][] = [
  [
    'an e-mail comes in',
    'C4:PREPARATION',
    (bindings, subject) => rig.portal.act.receiveMail({ bindings, subject }).activityId,
  ],
  [
    'an e-mail is opened',
    'C4:UC_OFFER',
    (bindings, subject) => {
      const { activityId } = rig.portal.act.sendMail({ bindings, subject })
      rig.portal.act.openMail(activityId)
      return activityId
    },
  ],
  [
    'its link is clicked',
    'C4:UC_VISIT',
    (bindings, subject) => {
      const { activityId } = rig.portal.act.sendMail({ bindings, subject, html: `<a href="${offer}">x</a>` })
      rig.portal.act.clickMailLink(activityId)
      return activityId
    },
  ],
]

test.each(happenings)(
  '%s, told however often, in whatever order, by whatever source: counts once',
  async (_what, stageId, happen) => {
    let runs = 0
    const told = fc.array(fc.constantFrom(...Object.keys(tellings)), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(told, async (names) => {
        const deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners })
        let mail = happen([deal], `${stageId} ${++runs}`)
        for (const name of names) {
          const given = await tellings[name]?.(mail)
          if (name === RESTORED && typeof given === 'number') mail = given
        }
        await pollMail(rig)
        await rig.settled()
        const own = (await rig.story()).filter((line) => line.startsWith(`2:${deal.id} `))
        expect(own).toEqual([expect.stringContaining(`moved C4:NEW>${stageId}`)])
      }),
      { numRuns: 5 },
    )
  },
)

test('two senders who share a Message-Id wrote two e-mails, also when both are read at once', async () => {
  const deals = [1, 2].map(() =>
    rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners }),
  )
  await rig.settled()
  rig.portal.switches.lostDelivery = 100
  const now = new Date()
  const notices = deals.map((deal, index) => {
    const mail = { from: `sender${index}@client.example`, messageId: '<same@program.example>', bindings: [deal] }
    const { activityId } = rig.portal.act.receiveMail(mail)
    const body = { event: 'ONCRMACTIVITYADD', data: { FIELDS: { ID: String(activityId) } }, ts: null }
    const dedupKey = `ONCRMACTIVITYADD:${activityId}`
    return { portal: rig.portal.memberId, type: 'notice' as const, dedupKey, body, dueAt: now }
  })
  rig.portal.switches.lostDelivery = 0
  await enqueue(rig.stagecue.db, notices, now)
  rig.stagecue.worker.wake(rig.portal.memberId)
  await rig.settled()
  const story = await rig.story()
  expect(deals.map(({ id }) => story.filter((line) => line.startsWith(`2:${id} moved`)).length)).toEqual([1, 1])
})

test.each([
  ['its activity', (activityId: number) => String(activityId)],
  ['its Message-Id alone', () => '<upgrade@client.example>'],
])('an e-mail that an earlier version counted by %s does not count again', async (_what, nameOf) => {
  const deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners })
  const mail = { messageId: '<upgrade@client.example>', from: `upgrade${deal.id}@client.example`, bindings: [deal] }
  const { activityId } = rig.portal.act.receiveMail(mail)
  await rig.settled()
  const { db } = rig.stagecue
  const written = `email-incoming:${mail.messageId} ${mail.from}`
  const changed = await db
    .updateTable('occurrence')
    .set({ key: `email-incoming:${nameOf(activityId)}` })
    .where('key', '=', written)
    .executeTakeFirst()
  expect(Number(changed.numUpdatedRows)).toBe(1)
  rig.portal.act.touchActivity(activityId)
  await rig.settled()
  expect((await rig.story()).filter((line) => line.startsWith(`2:${deal.id} `))).toHaveLength(1)
})
