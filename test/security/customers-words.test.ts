import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

const { deals, types, pipelines, phones, emails } = SEED

/** What nobody but the portal knows of its customers: none of it is kept by us, not even for a moment. */
const words = {
  title: 'Winter garden of Wilhelmina Nightingale',
  subject: 'About the oak staircase in Larchwood Lane',
  body: 'my neighbour Theophilus recommended you',
  message: 'the blue parrot wants a bigger cage',
  phone: phones.kim.replace(/\D/g, ''),
  address: emails.kim,
}

let rig: Rig
const log: string[] = []
beforeAll(async () => {
  rig = await startRig({ logTo: { write: (line) => void log.push(line) }, env: { LOG_LEVEL: 'trace' } })
  for (const kind of [
    'email-incoming',
    'email-viewed',
    'call-missed',
    'call-inbound',
    'form-submitted',
    'chat-first-message',
  ]) {
    await rig.addTrigger({ kind })
  }
  await rig.addTrigger({ kind: 'chat-message', fields: { text: 'parrot' } })
  const { act } = rig.portal
  const { id } = act.createItem({ entityTypeId: types.deal, title: words.title, categoryId: pipelines.partners })
  for (const item of [id, deals.kim]) {
    act.receiveMail({
      subject: words.subject,
      html: `<p>${words.body}</p>`,
      bindings: [{ entityTypeId: types.deal, id: item }],
    })
  }
  act.callIn({ result: 'missed' })
  act.callIn({})
  const { sessionId } = act.newChat()
  act.customerMessage(sessionId, words.message)
  await rig.settled()
})
afterAll(() => rig.stop())

it('something happened that they would have come with', async () => {
  const decisions = await rig.stagecue.db.selectFrom('decision').select(['kind', 'outcome']).execute()
  expect(new Set(decisions.map(({ kind }) => kind))).toEqual(
    new Set(['email-incoming', 'call-missed', 'call-inbound', 'chat-first-message', 'chat-message']),
  )
})

it.each(Object.entries(words))('the %s of a customer stands neither in the database nor in the log', (_, word) => {
  const files = readdirSync(rig.dataDir).filter((name) => name.startsWith('stagecue.db'))
  for (const file of files) {
    expect(readFileSync(join(rig.dataDir, file)).toString('utf8').includes(word), file).toBe(false)
  }
  expect(log.join('\n')).not.toContain(word)
})
