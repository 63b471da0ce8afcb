import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { type Item, type ItemRef, SEED } from '../../portal/index.ts'
import { aTrigger, type Rig, type RigOptions, startRig } from '../../rig.ts'

const { users, types } = SEED

/** A portal without limits in which one trigger at a time is set off. */
export type Scene = {
  rig: Rig
  /** A new deal of pipeline 4, in its first stage. */
  deal(more?: Partial<Item>): Item
  /** What the journal says of what `act` sets off with one more trigger, sorted; the trigger is deleted again. */
  story(trigger: Record<string, unknown>, act: () => unknown): Promise<string[]>
  /** The story of an e-mail from a customer that is bound to these. */
  mail(trigger: Record<string, unknown>, bindings: ItemRef[]): Promise<string[]>
  /** The same of a customer's call. */
  call(trigger: Record<string, unknown>, bindings: ItemRef[]): Promise<string[]>
  end(): Promise<void>
}

export async function beginScene(options: RigOptions = {}): Promise<Scene> {
  const rig = await startRig({ ...options, portal: { limits: { enabled: false }, ...options.portal } })
  await rig.as(users.sam)
  const admin = await rig.as(users.admin)
  let told = 0
  const story: Scene['story'] = async (trigger, act) => {
    const { status, body } = await admin('POST', '/api/triggers', { ...aTrigger, ...trigger })
    expect(status, JSON.stringify(body)).toBe(201)
    await rig.settled()
    await act()
    await rig.settled()
    await admin('DELETE', `/api/triggers/${body.id}`)
    const all = await rig.story()
    const fresh = all.slice(told)
    told = all.length
    return fresh.sort()
  }
  return {
    rig,
    deal: (more = {}) => rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: 4, ...more }),
    story,
    mail: (trigger, bindings) =>
      story({ kind: 'email-incoming', ...trigger }, () => rig.portal.act.receiveMail({ bindings })),
    call: (trigger, bindings) => story({ kind: 'call-inbound', ...trigger }, () => rig.portal.act.callIn({ bindings })),
    end: () => rig.stop(),
  }
}

/** The journal's line of a move; by default of a deal of pipeline 4 from its first stage to the next. */
export function moved(
  { entityTypeId, id }: ItemRef,
  from = 'C4:NEW',
  to = 'C4:PREPARATION',
  by: number = users.sam,
): string {
  return `${entityTypeId}:${id} moved ${from}>${to} by ${by}`
}

/** Until what a process does at its start and each day is over: from then on all requests are those of the test. */
export async function afterFirstRound(rig: Rig): Promise<void> {
  await sleep(1100)
  await rig.settled()
}

export function contact(id: number): ItemRef {
  return { entityTypeId: 3, id }
}

export function company(id: number): ItemRef {
  return { entityTypeId: 4, id }
}

export function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000)
}
