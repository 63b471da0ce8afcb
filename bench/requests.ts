import { updateProbe } from '../lib/store/probes.ts'
import { type ItemRef, SEED } from '../test/portal/index.ts'
import { type Rig, startRig } from '../test/rig.ts'
import { CALLS_ONE_BY_ONE } from './one-by-one.ts'
import { row } from './print.ts'

const BURST = 1000

/** Deals of one e-mail: as many as are guessed along. */
const BOUND = 6

/**
 * Requests per event from notice to moved deal, on the emulator with Bitrix24's own limits (50 at once, then 2 a second): where references into
 * the same request hold, and where they do not.
 */
export async function requests(): Promise<void> {
  row('', 'events', 'requests', 'per event', 'goal', 'seconds', '503s')
  for (const trick of ['yes', 'no'] as const) {
    const rig = await startRig({ portal: { eventDelayMs: [0, 0] }, env: { LATE_BINDING_SECONDS: '1' } })
    try {
      const { db, clock } = rig.stagecue
      await updateProbe(db, rig.portal.memberId, { trick: { answer: trick } }, clock())
      await rig.as(SEED.users.sam)
      await rig.addTrigger({ kind: 'email-incoming' })
      const where = trick === 'yes' ? 'references hold' : 'they do not'
      await measure(rig, `${where}: no trigger could be served (a call)`, 1, 0, () => callEnds(rig))
      await measure(rig, `${where}: one e-mail`, 1, trick === 'yes' ? 2 : 3, () => mails(rig, 1))
      await measure(rig, `${where}: one e-mail about six deals`, 1, trick === 'yes' ? 2 : 3, () => mail(rig, BOUND))
      await measure(rig, `${where}: a burst of ${BURST} e-mails`, BURST, trick === 'yes' ? 0.12 : 0.2, () =>
        mails(rig, BURST),
      )
      if (trick === 'yes') computeNaive(rig)
    } finally {
      await rig.stop()
    }
  }
}

function computeNaive({ portal }: Rig): void {
  const { burst, perSecond } = portal.limits
  const naive = BURST * CALLS_ONE_BY_ONE
  const seconds = (naive - burst) / perSecond
  row('the same burst, one call at a time (computed)', BURST, naive, CALLS_ONE_BY_ONE, '-', seconds.toFixed(1), '-')
}

async function measure(rig: Rig, what: string, events: number, goal: number, act: () => void): Promise<void> {
  await rig.settled()
  const before = rig.portal.requests.length
  const begun = performance.now()
  act()
  await untilQuiet(rig)
  const seconds = (performance.now() - begun) / 1000
  const made = rig.portal.requests.slice(before)
  const refused = made.filter(({ status }) => status === 503).length
  const each = made.length / events
  row(
    what,
    events,
    made.length,
    each.toFixed(3),
    `${goal}${each <= goal ? '' : ' missed'}`,
    seconds.toFixed(1),
    refused,
  )
}

/** A large burst takes longer than a test waits. */
async function untilQuiet(rig: Rig): Promise<void> {
  for (;;) {
    try {
      return await rig.settled()
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('Still to do')) throw error
    }
  }
}

/** Each e-mail belongs to a deal of its own in the first stage. */
function mails(rig: Rig, count: number): void {
  for (let index = 0; index < count; index++) mail(rig, 1)
}

/** One e-mail about so many deals. */
function mail({ portal }: Rig, deals: number): void {
  const bindings = Array.from({ length: deals }, (_, index): ItemRef => {
    const { entityTypeId, id } = portal.act.createItem({
      entityTypeId: SEED.types.deal,
      title: `Deal ${index}`,
      categoryId: SEED.pipelines.partners,
    })
    return { entityTypeId, id }
  })
  portal.act.receiveMail({ bindings })
}

/** Only the notice of the telephone system: the activity of a call is an activity like any other and is looked at. */
function callEnds({ portal }: Rig): void {
  portal.act.callIn({ phone: SEED.phones.stranger })
}
