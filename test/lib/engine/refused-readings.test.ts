import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ItemRef, SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { inOneTurn } from './one-turn.ts'
import { contact } from './scene.ts'

const { users, types, contacts, forms, pipelines } = SEED

/** How a command fails, and what that is. */
const errors = {
  'is gone': { kind: 'refusal', body: { error: 'NOT_FOUND', error_description: 'Not found' } },
  'is refused': { kind: 'refusal', body: { error: 'INVALID_ARG_VALUE', error_description: 'Invalid filter' } },
  'lacks a right': { kind: 'refusal', body: { error: 'ACCESS_DENIED', error_description: 'Access denied.' } },
  'has a code that nobody knows': { kind: 'refusal', body: { error: 'BRAND_NEW', error_description: 'No' } },
  'has no code': { kind: 'refusal', body: { error: '', error_description: 'Something' } },
  'meets a fault of the database': {
    kind: 'refusal',
    body: { error: 'ERROR_CORE', error_description: 'SQL query error!' },
  },
  'meets another fault of the database': {
    kind: 'refusal',
    body: { error: '400', error_description: 'Mysql query error: (1213)' },
  },
  'comes too often': {
    kind: 'refusal',
    body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' },
  },
  'is not mentioned': { kind: 'nothing' },
  'answers HTML': { kind: 'result', body: '<html><body>502 Bad Gateway</body></html>' },
  'answers a number': { kind: 'result', body: 5 },
  'answers null': { kind: 'result', body: null },
  'answers a map': { kind: 'result', body: { a: { b: 1 } } },
  'answers a list of lists': { kind: 'result', body: [[1, 2]] },
  'answers another question': {
    kind: 'result',
    body: [
      {
        ID: '999999',
        CREATED: '2026-01-01T00:00:00+00:00',
        CALL_ID: 'x',
        CALL_START_DATE: '2026-01-01T00:00:00+00:00',
      },
    ],
  },
  'answers with other items': {
    kind: 'result',
    body: { items: [{ id: 999999, stageId: 'C4:NEW', updatedTime: '2026-01-01T00:00:00+00:00' }] },
  },
} as const
type ErrorName = keyof typeof errors
const all = Object.keys(errors) as ErrorName[]

const passing: readonly ErrorName[] = [
  'meets a fault of the database',
  'meets another fault of the database',
  'comes too often',
  'is not mentioned',
]
/** One of each class: most commands are refused by these only, as every one costs a turn of its own. */
const classes: readonly ErrorName[] = [
  'is gone',
  'lacks a right',
  'has a code that nobody knows',
  'meets a fault of the database',
  'is not mentioned',
  'answers HTML',
  'answers another question',
]

const MOVED = 'moved'
const NO_ITEM = 'skipped no-item'
const PORTAL_ERROR = 'failed portal-error'
const STAGE_GONE = 'failed stage-gone'

type Happened = { activityId: number | null; callId?: string }

/** A command of a reading, who needs it, and what becomes of that when it is refused for good; what passes is always waited for. */
type Reading = {
  command: string | ((happened: Happened) => string)
  /** It fails so often: a guess first, and then the command that asks for the same. */
  times?: number
  needs: (rig: Rig, item: ItemRef) => Happened
  /** Which of the two healthy triggers needs nothing of it. */
  beside: 'mail' | 'call'
  /** The journal says of it in short. Null: nothing, as nothing was recognised. */
  refused: (error: ErrorName) => string | null
  /** One of each class by default. */
  errors?: readonly ErrorName[]
  switches?: Partial<Rig['portal']['switches']>
}

const mail: Reading['needs'] = (rig, item) => rig.portal.act.receiveMail({ bindings: [item] })
const call: Reading['needs'] = (rig, item) => rig.portal.act.callIn({ bindings: [item] })
const always = (what: string | null) => () => what
const ofItems = (error: ErrorName) => (error === 'is gone' ? STAGE_GONE : PORTAL_ERROR)
/** A deleted or unreadable activity is bound to nothing: bindings are looked for again. */
const ofBindings = (error: ErrorName) => (error === 'is gone' || error === 'lacks a right' ? MOVED : PORTAL_ERROR)

const paidInvoice: Reading['needs'] = (rig, deal) => {
  rig.portal.act.payInvoice(rig.portal.act.createInvoice({ dealId: deal.id }))
  return { activityId: null }
}

const readings: Record<string, Reading> = {
  'the list of activities': {
    command: 'activities_',
    needs: mail,
    beside: 'call',
    refused: always(MOVED),
    errors: all,
  },
  'the bindings of an e-mail': {
    command: ({ activityId }) => `bindings_${activityId}`,
    needs: mail,
    beside: 'call',
    refused: ofBindings,
  },
  'a guess of items': {
    command: 'items_2_bindings',
    needs: mail,
    beside: 'call',
    refused: always(MOVED),
  },
  items: { command: 'items_2_', times: 2, needs: mail, beside: 'call', refused: ofItems, errors: all },
  stages: { command: 'stages_DEAL_STAGE_4', needs: mail, beside: 'call', refused: ofItems },
  'the statistics of a call': { command: 'call_', needs: call, beside: 'mail', refused: always(PORTAL_ERROR) },
  'the bindings of a call by a guess': {
    command: 'callbindings_',
    needs: call,
    beside: 'mail',
    refused: always(MOVED),
    switches: { callActivityId: 'missing' },
  },
  'the activity of a call that nobody names': {
    command: 'callactivity_',
    needs: call,
    beside: 'mail',
    refused: always(NO_ITEM),
    switches: { callActivityId: 'missing' },
  },
  'the search for items of a client': {
    command: 'client_',
    needs: (rig) => rig.portal.act.callIn({ bindings: [contact(contacts.kim)] }),
    beside: 'mail',
    refused: (error) => (error === 'is refused' ? NO_ITEM : ofItems(error)),
  },
  'the list of forms': {
    command: 'forms_',
    needs: (rig, item) => rig.portal.act.submitForm(forms.callback, { bindings: [item] }),
    beside: 'call',
    refused: always(MOVED),
  },
  'an invoice that was paid': {
    command: 'watched_31_',
    needs: paidInvoice,
    beside: 'call',
    refused: (error) => (error === 'is gone' ? null : MOVED),
  },
  'the stages of an invoice': {
    command: 'stages_SMART_INVOICE_STAGE_5',
    needs: paidInvoice,
    beside: 'call',
    refused: (error) => (error === 'is gone' ? null : MOVED),
  },
  'the body of a clicked e-mail': {
    command: 'bodies_',
    needs: (rig, item) => {
      const html = '<a href="https://acme.example/offer">Offer</a>'
      const { activityId } = rig.portal.act.sendMail({ bindings: [item], html })
      rig.portal.act.clickMailLink(activityId)
      return { activityId }
    },
    beside: 'call',
    refused: always('skipped link-ambiguous'),
  },
}

const shortWaits = { LATE_BINDING_SECONDS: '0.05', CALL_RECHECK_SECONDS: '0.05' }

describe('a command of a reading that fails', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ portal: { limits: { enabled: false } }, env: shortWaits })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.addTrigger({ kind: 'payment-received' })
    await rig.addTrigger({ kind: 'form-submitted', fields: { formId: String(forms.callback) } })
    await rig.addTrigger({ kind: 'email-link-clicked', fields: { url: 'https://acme.example/offer' } })
    const request = { entityTypeId: types.request, categoryId: pipelines.requests, stageId: 'DT177_9:CLIENT' }
    await rig.addTrigger({ kind: 'call-inbound', ...request })
    await rig.settled()
  })
  afterEach(() => {
    rig.portal.faults.waiting.length = 0
    rig.portal.switches.callActivityId = 'present'
  })
  afterAll(() => rig.stop())

  const newDeal = () => rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners })
  const newRequest = () => {
    const client = { contactId: contacts.kim, contactIds: [contacts.kim] }
    return rig.portal.act.createItem({ entityTypeId: types.request, categoryId: pipelines.requests, ...client })
  }
  /** How often the notice of a healthy happening was tried in vain: it was not, if its turn did not fail. */
  const triesOf = async ({ activityId, callId }: Happened) => {
    const subject = callId === undefined ? `ONCRMACTIVITYADD:${activityId}` : `ONVOXIMPLANTCALLEND:${callId}`
    const rows = await rig.stagecue.db.selectFrom('work').select('attempts').where('subject', '=', subject).execute()
    return rows.map(({ attempts }) => attempts)
  }
  /** The stages that an item went through. */
  const stagesOf = ({ entityTypeId, id }: ItemRef) =>
    rig.portal.world.stageHistory.flatMap((row) =>
      row.entityTypeId === entityTypeId && row.ownerId === id ? [row.stageId] : [],
    )
  const storyOf = async ({ entityTypeId, id }: ItemRef) =>
    (await rig.story()).flatMap((line) => {
      const [item, outcome, reason] = line.split(' ')
      return item === `${entityTypeId}:${id}` ? [outcome === MOVED ? MOVED : `${outcome} ${reason}`] : []
    })

  describe.each(Object.entries(readings))('%s', (_, snapshot) => {
    test.each(snapshot.errors ?? classes)('%s: another trigger moves its item in the same turn', async (error) => {
      Object.assign(rig.portal.switches, snapshot.switches)
      const told = (await rig.story()).length
      const [healthy, item] = snapshot.beside === 'mail' ? [newDeal(), newRequest()] : [newRequest(), newDeal()]
      const { command, times = 1 } = snapshot
      const { other } = await inOneTurn(
        rig,
        () => {
          const happened = snapshot.needs(rig, item)
          return { happened, other: snapshot.beside === 'mail' ? mail(rig, healthy) : call(rig, healthy) }
        },
        ({ happened }) => {
          const name = typeof command === 'string' ? command : command(happened)
          rig.portal.faults.next({ ...errors[error], command: name, times })
        },
      )
      expect(await storyOf(healthy)).toEqual([MOVED])
      expect(await triesOf(other)).toEqual([0])
      const parked = await rig.stagecue.db.selectFrom('work').selectAll().where('state', '=', 'parked').execute()
      expect(parked).toEqual([])
      const unbound = (await rig.story()).slice(told).filter((line) => line.startsWith('no item '))
      const about = [...(await storyOf(item)), ...unbound.map((line) => line.slice('no item '.length))]
      const wanted = passing.includes(error) ? MOVED : snapshot.refused(error)
      expect(about).toEqual(wanted === null ? [] : [wanted])
      expect(rig.portal.faults.waiting).toEqual([])
      expect(stagesOf(item).filter((stageId) => stageId === stagesOf(item).at(-1))).toHaveLength(1)
    })
  })
})
