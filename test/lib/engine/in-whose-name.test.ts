import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MAX_LEASE_MS } from '../../../lib/store/leases.ts'
import { type ItemRef, SEED } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, invoices, requests, types, pipelines } = SEED

/** An item of each kind in its first stage, whose responsible person is Sam, and a stage for it to move to. */
const items = [
  { entityTypeId: types.deal, id: deals.kim, categoryId: pipelines.partners, stageId: 'C4:PREPARATION' },
  { entityTypeId: types.invoice, id: invoices.kim, categoryId: pipelines.invoices, stageId: 'DT31_5:S' },
  { entityTypeId: types.request, id: requests.kim, categoryId: pipelines.requests, stageId: 'DT177_9:CLIENT' },
]

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

async function allowDelegation(): Promise<void> {
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { delegate: true })
}

/** A trigger for each kind of item, and a customer who writes about all three. */
async function writeAboutAll(trigger: Record<string, unknown> = {}): Promise<void> {
  for (const { entityTypeId, categoryId, stageId } of items) {
    await rig.addTrigger({ kind: 'email-incoming', entityTypeId, categoryId, stageId, ...trigger })
  }
  rig.portal.act.receiveMail({ bindings: items.map(({ entityTypeId, id }) => ({ entityTypeId, id })) })
  await rig.settled()
}

/** Who moved each of the three, by the portal's own history; null: nobody did. */
const movers = () =>
  items.map(({ entityTypeId, id, stageId }) => {
    const row = rig.portal.world.stageHistory.findLast(
      (entry) => entry.entityTypeId === entityTypeId && entry.ownerId === id && entry.stageId === stageId,
    )
    return row?.userId ?? null
  })
const all = <T>(value: T): T[] => items.map(() => value)

/** What the journal says of the three: outcome, reason, and for whom somebody stood in. */
async function journal(): Promise<string[]> {
  const admin = await rig.as(users.admin)
  const { body } = await admin('GET', '/api/journal')
  return body.entries.map(({ outcome, reason, move }: Record<string, { onBehalfOf?: number } | string | null>) =>
    [outcome, reason, (move as { onBehalfOf?: number } | null)?.onBehalfOf].filter(Boolean).join(' '),
  )
}

describe('a deal, an invoice and a smart-process item move in the name of', () => {
  test('the responsible person, who opened the app', async () => {
    await rig.as(users.sam)
    await writeAboutAll()
    expect(movers()).toEqual(all(users.sam))
    expect(await journal()).toEqual(all('moved'))
  })

  test('the chosen user, who opened the app', async () => {
    await rig.as(users.ines)
    await writeAboutAll({ changeStageAs: { type: 'user', userId: users.ines } })
    expect(movers()).toEqual(all(users.ines))
  })

  const delegates = onlyAt({ appTestAuthWithAuthType: 'token of X' })
  test('the chosen user, who never did: the portal delegates his access', delegates, async () => {
    await allowDelegation()
    await writeAboutAll({ changeStageAs: { type: 'user', userId: users.ines } })
    expect(movers()).toEqual(all(users.ines))
    expect(await journal()).toEqual(all('moved'))
    expect(rig.portal.requests.filter(({ methods }) => methods.includes('event.test'))).toHaveLength(1)
  })

  test('the installer, when the chosen user never did and delegation is not chosen: flagged', async () => {
    await writeAboutAll({ changeStageAs: { type: 'user', userId: users.ines } })
    expect(movers()).toEqual(all(users.admin))
    expect(await journal()).toEqual(all(`moved ${users.ines}`))
    const entries = rig.portal.world.timeline.map(({ text }) => text)
    expect(entries).toEqual(all(expect.stringContaining('Moved by Ada Admin instead of Ines Seller')))
  })

  test('the installer, when the portal sends no token: flagged', async () => {
    rig.portal.switches.appTestAuthWithAuthType = 'none'
    await allowDelegation()
    await writeAboutAll({ changeStageAs: { type: 'user', userId: users.ines } })
    expect(movers()).toEqual(all(users.admin))
    expect(await journal()).toEqual(all(`moved ${users.ines}`))
  })

  test.each([false, true])('the installer, when the chosen user was dismissed (delegation: %s)', async (delegate) => {
    await rig.as(users.ines)
    if (delegate) await allowDelegation()
    for (const { entityTypeId, categoryId, stageId } of items) {
      const changeStageAs = { type: 'user', userId: users.ines }
      await rig.addTrigger({ kind: 'email-incoming', entityTypeId, categoryId, stageId, changeStageAs })
    }
    rig.portal.act.dismissUser(users.ines)
    rig.portal.act.receiveMail({ bindings: items.map(({ entityTypeId, id }) => ({ entityTypeId, id })) })
    await rig.settled()
    expect(movers()).toEqual(all(users.admin))
    expect(await journal()).toEqual(all(`moved ${users.ines}`))
  })

  test('nobody, when the trigger waits for the access; then of him, as soon as he opens the app', async () => {
    await writeAboutAll({ changeStageAs: { type: 'user', userId: users.ines }, ifNoAccess: 'wait' })
    expect(movers()).toEqual(all(null))
    expect(await journal()).toEqual(all('failed no-access'))
    await rig.as(users.ines)
    await rig.settled()
    expect(movers()).toEqual(all(users.ines))
    expect(await journal()).toEqual(all('moved'))
  })

  test.each([false, true])('nobody, when he has no right to the stage (delegated: %s)', delegates, async (delegate) => {
    for (const { entityTypeId, stageId } of items) {
      rig.portal.act.revokeStageRight(users.ines, entityTypeId, stageId)
    }
    if (delegate) await allowDelegation()
    else await rig.as(users.ines)
    await writeAboutAll({ changeStageAs: { type: 'user', userId: users.ines } })
    expect(movers()).toEqual(all(null))
    expect(await journal()).toEqual(all('failed no-rights'))
    expect(rig.portal.world.timeline).toEqual([])
  })
})

describe('a burst for several people', () => {
  const staff = [users.sam, users.ines, users.supervisor]

  /** So many deals of each, and a customer's e-mail about every one. */
  function dealsOf(each: number): (ItemRef & { userId: number })[] {
    const { act } = rig.portal
    return Array.from({ length: each * staff.length }, (_, n) => {
      const assignedById = staff[n % staff.length] ?? users.sam
      const item = { entityTypeId: types.deal, title: `Deal ${n}`, categoryId: pipelines.partners, assignedById }
      return { entityTypeId: types.deal, id: act.createItem(item).id, userId: assignedById }
    })
  }
  const of = (made: (ItemRef & { userId: number })[], userId: number) =>
    made.find((one) => one.userId === userId) ?? expect.fail()
  const writeAbout = (made: ItemRef[]) => {
    for (const { entityTypeId, id } of made) rig.portal.act.receiveMail({ bindings: [{ entityTypeId, id }] })
  }
  const moverOf = ({ id }: ItemRef) =>
    rig.portal.world.stageHistory.findLast((row) => row.ownerId === id && row.stageId === 'C4:PREPARATION')?.userId
  const updates = () => rig.portal.requests.filter(({ methods }) => methods.includes('crm.item.update'))

  test('is moved by one request each, as many as fit into one', async () => {
    for (const userId of staff) await rig.as(userId)
    await rig.addTrigger({ kind: 'email-incoming' })
    const made = dealsOf(4)
    // Another process holds the portal while they come in: afterwards the worker finds all at once.
    await rig.settled()
    const holdUntil = (lease_until: string | null) =>
      rig.stagecue.db.updateTable('portal').set({ lease_until }).execute()
    await holdUntil(new Date(Date.now() + MAX_LEASE_MS).toISOString())
    writeAbout(made)
    await rig.portal.idle()
    await holdUntil(null)
    await rig.settled()
    expect(made.map(moverOf)).toEqual(made.map(({ userId }) => userId))
    expect(
      updates()
        .map(({ userId }) => userId)
        .toSorted(),
    ).toEqual(staff.toSorted())
  })

  test('a silent OAuth server holds up only the person whose access has expired', async () => {
    for (const userId of staff) await rig.as(userId)
    await rig.addTrigger({ kind: 'email-incoming' })
    const made = dealsOf(1)
    const [sams, inesDeal, sues] = [of(made, users.sam), of(made, users.ines), of(made, users.supervisor)]
    rig.portal.expireTokens(users.sam)
    rig.emulator.oauthFaults.next({ method: 'oauth/token', kind: 'silent' })
    writeAbout([sams, inesDeal, sues])
    while (moverOf(inesDeal) === undefined || moverOf(sues) === undefined) await sleep(10)
    // Others' work of a later turn is done as well, while the server is still silent.
    const later = of(dealsOf(1), users.ines)
    writeAbout([later])
    while (moverOf(later) === undefined) await sleep(10)
    expect(moverOf(sams)).toBeUndefined()
    expect(rig.emulator.refreshes.filter(({ userId }) => userId === users.sam)).toEqual([])
    await rig.settled()
    expect([sams, inesDeal, sues, later].map(moverOf)).toEqual([users.sam, users.ines, users.supervisor, users.ines])
    expect(rig.emulator.refreshes.filter(({ userId }) => userId === users.sam)).toHaveLength(1)
  })

  test('an OAuth server that is down holds up only him; when it is back, he moves his own', async () => {
    for (const userId of staff) await rig.as(userId)
    await rig.addTrigger({ kind: 'email-incoming' })
    const made = dealsOf(1)
    rig.portal.expireTokens(users.sam)
    rig.emulator.oauthFaults.down = true
    writeAbout(made)
    for (const userId of [users.ines, users.supervisor]) {
      while (moverOf(of(made, userId)) === undefined) await sleep(10)
    }
    expect(moverOf(of(made, users.sam))).toBeUndefined()
    rig.emulator.oauthFaults.down = false
    await rig.settled()
    expect(made.map(moverOf)).toEqual(staff)
  })
})
