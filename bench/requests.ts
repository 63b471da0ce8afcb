import { SEED } from '../test/portal/index.ts'
import { type Rig, startRig } from '../test/rig.ts'
import { CALLS_ONE_BY_ONE } from './one-by-one.ts'
import { row } from './print.ts'

const BURST = 200

/** Requests per event from notice to moved deal, on the emulator with Bitrix24's own limits (50 at once, then 2 a second). */
export async function requests(): Promise<void> {
  const rig = await startRig({ portal: { eventDelayMs: [0, 0] }, env: { LATE_BINDING_SECONDS: '1' } })
  try {
    await rig.as(SEED.users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    row('', 'events', 'requests', 'per event', 'seconds', '503s')
    await measure(rig, 'no trigger could be served (a call)', 1, () => callEnds(rig))
    await measure(rig, 'one e-mail', 1, () => mails(rig, 1))
    await measure(rig, `a burst of ${BURST} e-mails`, BURST, () => mails(rig, BURST))
    const { burst, perSecond } = rig.portal.limits
    const naive = BURST * CALLS_ONE_BY_ONE
    const seconds = (naive - burst) / perSecond
    row('the same burst, one call at a time (computed)', BURST, naive, CALLS_ONE_BY_ONE, seconds.toFixed(1), '-')
  } finally {
    await rig.stop()
  }
}

async function measure(rig: Rig, what: string, events: number, act: () => void): Promise<void> {
  await rig.settled()
  const before = rig.portal.requests.length
  const begun = performance.now()
  act()
  await rig.settled()
  const seconds = (performance.now() - begun) / 1000
  const made = rig.portal.requests.slice(before)
  const refused = made.filter(({ status }) => status === 503).length
  row(what, events, made.length, (made.length / events).toFixed(2), seconds.toFixed(1), refused)
}

/** Each e-mail belongs to a deal of its own in the first stage. */
function mails({ portal }: Rig, count: number): void {
  for (let index = 0; index < count; index++) {
    const { entityTypeId, id } = portal.act.createItem({
      entityTypeId: SEED.types.deal,
      title: `Deal ${index}`,
      categoryId: SEED.pipelines.partners,
    })
    portal.act.receiveMail({ bindings: [{ entityTypeId, id }] })
  }
}

/** Only the notice of the telephone system: the activity of a call is an activity like any other and is looked at. */
function callEnds({ portal }: Rig): void {
  portal.act.callIn({ phone: SEED.phones.stranger })
}
