import { updateProbe } from '../lib/store/probes.ts'
import { type ItemRef, SEED } from '../test/portal/index.ts'
import { type Rig, startRig } from '../test/rig.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

const BURST = 500

/** Deals of one e-mail: as many as are guessed along. */
const BOUND = 6

/** Requests of each at most, where references into the same request hold and where they do not. */
const GOALS = { yes: { alone: 2, burst: 0.12 }, no: { alone: 3, burst: 0.2 } }

/**
 * Requests per event from notice to moved deal, on the emulator with Bitrix24's own limits (50 at once, then 2 a second): where references into
 * the same request hold, and where they do not; both at the same time.
 */
export async function requests(report: Report): Promise<void> {
  await Promise.all([measureWhere('yes', report), measureWhere('no', report)])
}

async function measureWhere(trick: 'yes' | 'no', report: Report): Promise<void> {
  const starting = startRig({ portal: { eventDelayMs: [0, 0] }, env: { LATE_BINDING_SECONDS: '1' } })
  await whileOpen(
    starting,
    (rig) => rig.stop(),
    async (rig) => {
      const { db, clock } = rig.stagecue
      await updateProbe(db, rig.portal.memberId, { trick: { answer: trick } }, clock())
      await rig.as(SEED.users.sam)
      await rig.addTrigger({ kind: 'email-incoming' })
      const { alone, burst } = GOALS[trick]
      const unit = trick === 'yes' ? 'requests an event, references hold' : 'requests an event, they do not'
      const measure = async (name: string, events: number, atMost: number, act: () => void) =>
        report(name, (await requestsOf(rig, act)) / events, unit, { atMost })
      await measure('a call that no trigger could be served by', 1, 0, () => callEnds(rig))
      await measure('one e-mail about a deal', 1, alone, () => mails(rig, 1))
      await measure('one e-mail about six deals', 1, alone, () => mail(rig, BOUND))
      await measure(`a burst of ${BURST} e-mails`, BURST, burst, () => mails(rig, BURST))
    },
  )
}

/** What the portal is asked until nothing is left to do. */
async function requestsOf(rig: Rig, act: () => void): Promise<number> {
  await rig.settled()
  const before = rig.portal.requests.length
  act()
  await untilQuiet(rig)
  return rig.portal.requests.length - before
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
