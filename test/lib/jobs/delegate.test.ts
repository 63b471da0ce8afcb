import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findAccess } from '../../../lib/store/access.ts'
import { type Portal, SEED } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types, pipelines } = SEED

let rig: Rig
/** Requests that the installation has made. */
let before: number
beforeEach(async () => {
  rig = await startRig()
  await rig.settled()
  await allow(true)
  before = rig.portal.requests.length
})
afterEach(() => rig.stop())

async function allow(delegate: boolean): Promise<void> {
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { delegate })
}

/** A deal of that person in the first stage; `mailAbout` lets a customer write about it. */
function dealOf(assignedById: number): number {
  const { id } = rig.portal.act.createItem({
    entityTypeId: types.deal,
    title: `Deal of ${assignedById}`,
    categoryId: pipelines.partners,
    assignedById,
  })
  return id
}
const mailAbout = (...ids: number[]) => {
  for (const id of ids)
    rig.portal.act.receiveMail({ subject: `Deal ${id}`, bindings: [{ entityTypeId: types.deal, id }] })
}
const moved = (id: number, by: string) => `2:${id} moved C4:NEW>C4:PREPARATION by ${by}`

/** What the audit says of delegations, oldest first. */
async function audited(): Promise<string[]> {
  const rows = await rig.stagecue.db
    .selectFrom('audit')
    .select('detail')
    .where('action', '=', 'access-delegation')
    .orderBy('id')
    .execute()
  return rows.map(({ detail }) => JSON.parse(detail)).map(({ userId, outcome }) => `${userId} ${outcome}`)
}

const handlersOf = ({ world }: Portal) => world.bindings.filter(({ event }) => event === 'ONAPPTEST')
const requests = () => rig.portal.requests.slice(before)
const requestsWith = (method: string) => requests().filter(({ methods }) => methods.includes(method))
const accessOf = (userId: number) => findAccess(rig.stagecue.db, rig.portal.memberId, userId)

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10)
}

describe('access that the portal delegates', onlyAt({ appTestAuthWithAuthType: 'token of X' }), () => {
  beforeEach(() => rig.addTrigger({ kind: 'email-incoming' }))

  it('lets the responsible person move the deal, who never opened the app', async () => {
    mailAbout(deals.kim)
    await rig.settled()
    expect(await rig.story()).toEqual([moved(deals.kim, `${users.sam}`)])
    expect(rig.portal.world.stageHistory.at(-1)).toMatchObject({ ownerId: deals.kim, userId: users.sam })
    expect(rig.portal.world.timeline.at(-1)).toMatchObject({ authorId: users.sam })
    expect(await audited()).toEqual([`${users.sam} delegated`])
    expect(handlersOf(rig.portal)).toEqual([])
  })

  it('serves for its hour, is asked for once in it, and cannot be renewed: its refresh token is dropped', async () => {
    mailAbout(deals.kim)
    await rig.settled()
    const access = (await accessOf(users.sam)) ?? expect.fail()
    expect(access.sealed.refreshToken).toBeNull()
    expect(access.expiresAt.getTime() - access.issuedAt.getTime()).toBeLessThanOrEqual(3_600_000)
    const second = dealOf(users.sam)
    mailAbout(second)
    await rig.settled()
    expect(requestsWith('event.test')).toHaveLength(1)

    // The hour is over, by our clock and by the portal's.
    const past = new Date(Date.now() - 3_600_000).toISOString()
    await rig.stagecue.db.updateTable('access').set({ expires_at: past }).where('user_id', '=', users.sam).execute()
    await rig.stagecue.db.updateTable('work').set({ updated_at: past }).where('kind', '=', 'delegate').execute()
    rig.portal.expireTokens(users.sam)
    const third = dealOf(users.sam)
    mailAbout(third)
    await rig.settled()
    const names = [deals.kim, second, third].map((id) => moved(id, `${users.sam}`))
    expect(await rig.story()).toEqual(names)
    expect(requestsWith('event.test')).toHaveLength(2)
    expect(rig.emulator.refreshes.filter(({ userId }) => userId === users.sam)).toEqual([])
  })

  it('that the portal takes back early is not asked for again at once: the installer moves', async () => {
    mailAbout(deals.kim)
    await rig.settled()
    rig.portal.expireTokens(users.sam)
    const next = dealOf(users.sam)
    mailAbout(next)
    await rig.settled()
    expect((await rig.story()).at(-1)).toBe(moved(next, `${users.admin} for ${users.sam}`))
    expect(requestsWith('event.test')).toHaveLength(1)
  })

  it('stands in for an access of one’s own that has died', async () => {
    await rig.as(users.sam)
    for (const token of rig.portal.tokensOf(users.sam)) Object.assign(token, { expiresAt: 0, refreshExpiresAt: 0 })
    mailAbout(deals.kim)
    await rig.settled()
    expect(await rig.story()).toEqual([moved(deals.kim, `${users.sam}`)])
    expect(await audited()).toEqual([`${users.sam} delegated`])
  })

  it('is asked for one user after the other, and each moves his own', async () => {
    const staff = [users.sam, users.ines, users.supervisor]
    const ids = staff.map(dealOf)
    mailAbout(...ids)
    await rig.settled()
    expect((await rig.story()).toSorted()).toEqual(ids.map((id, n) => moved(id, `${staff[n]}`)).toSorted())
    const steps = requests().flatMap(({ methods }) => {
      if (methods.includes('event.test')) return ['asked']
      return methods.includes('event.unbind') ? ['unbound'] : []
    })
    expect(steps).toEqual(['asked', 'unbound', 'asked', 'unbound', 'asked', 'unbound'])
    expect(handlersOf(rig.portal)).toEqual([])
  })

  it('is not asked for when the person opened the app meanwhile', async () => {
    rig.portal.faults.next({ method: 'event.test', kind: 'reset', when: 'before' })
    const [first, second] = [dealOf(users.ines), dealOf(users.sam)]
    mailAbout(first)
    await until(() => rig.portal.faults.waiting.length === 0)
    mailAbout(second)
    const waits = async () => {
      const rows = await rig.stagecue.db.selectFrom('work').select('reason').where('kind', '=', 'delegate').execute()
      return rows.some(({ reason }) => reason === 'one-at-a-time')
    }
    await until(waits)
    await rig.as(users.sam)
    await until(async () => (await rig.story()).length > 0)
    expect(await rig.story()).toEqual([moved(second, `${users.sam}`)])
    expect(await audited()).toEqual([])
  })

  it('that the chosen user has no right with moves nothing, under no other name', async () => {
    mailAbout(dealOf(users.readOnly))
    await rig.settled()
    expect(await rig.story()).toEqual([expect.stringMatching(/failed no-rights$/)])
  })
})

describe('without delegated access', () => {
  const fallback = () => moved(deals.kim, `${users.admin} for ${users.sam}`)

  it('because the administrator does not want it, the portal is not asked', async () => {
    await allow(false)
    await rig.addTrigger({ kind: 'email-incoming' })
    mailAbout(deals.kim)
    await rig.settled()
    expect(await rig.story()).toEqual([fallback()])
    expect(requestsWith('event.test')).toEqual([])
  })

  it('because the portal sends no token, the installer moves, and the timeline names both', async () => {
    rig.portal.switches.appTestAuthWithAuthType = 'none'
    await rig.addTrigger({ kind: 'email-incoming' })
    mailAbout(deals.kim)
    await rig.settled()
    expect(await rig.story()).toEqual([fallback()])
    expect(await audited()).toEqual([`${users.sam} no-token`])
    const { text, authorId } = rig.portal.world.timeline.at(-1) ?? expect.fail()
    expect(authorId).toBe(users.admin)
    expect(text).toContain('Moved by Ada Admin instead of Sam Seller')
    const next = dealOf(users.sam)
    mailAbout(next)
    await rig.settled()
    expect((await rig.story()).at(-1)).toBe(moved(next, `${users.admin} for ${users.sam}`))
    expect(requestsWith('event.test')).toHaveLength(1)
  })

  it('the move waits if the trigger says so, and is made when the person opens the app', async () => {
    rig.portal.switches.appTestAuthWithAuthType = 'none'
    await rig.addTrigger({ kind: 'email-incoming', ifNoAccess: 'wait' })
    mailAbout(deals.kim)
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} failed no-access`])
    await rig.as(users.sam)
    await rig.settled()
    expect(await rig.story()).toEqual([moved(deals.kim, `${users.sam}`)])
  })

  it('of somebody dismissed, the installer moves', async () => {
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.dismissUser(users.sam)
    mailAbout(deals.kim)
    await rig.settled()
    expect(await rig.story()).toEqual([fallback()])
    expect(await audited()).toEqual([`${users.sam} no-token`])
  })

  it('because the portal refuses the handler, the installer moves', async () => {
    const refusal = { error: 'ERROR_EVENT_NOT_FOUND', error_description: 'Event not found' }
    rig.portal.faults.next({ method: 'event.test', kind: 'status', status: 400, body: refusal })
    await rig.addTrigger({ kind: 'email-incoming' })
    mailAbout(deals.kim)
    await rig.settled()
    expect(await rig.story()).toEqual([fallback()])
    expect(handlersOf(rig.portal)).toEqual([])
  })

  it('because its event never comes, the installer moves; until then the others’ work goes on', async () => {
    await rig.as(users.ines)
    await rig.addTrigger({ kind: 'email-incoming' })
    const other = dealOf(users.ines)
    rig.portal.faults.next({ method: 'event.test', kind: 'reset', when: 'before' })
    mailAbout(deals.kim)
    await until(() => rig.portal.faults.waiting.length === 0)
    mailAbout(other)
    await until(async () => (await rig.story()).length > 0)
    expect(await rig.story()).toEqual([moved(other, `${users.ines}`)])
    await rig.settled()
    expect(await rig.story()).toEqual([moved(other, `${users.ines}`), fallback()])
    expect(await audited()).toEqual([`${users.sam} no-event`])
  })
})
