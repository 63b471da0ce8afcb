import { readSwitches, type Switches } from '../portal/switches.ts'

/** Positions of switches, one or several of each. */
export type Positions = { [Name in keyof Switches]?: Switches[Name] | readonly Switches[Name][] }

declare module 'vitest' {
  interface TaskMeta {
    /** The position at which this test is left out, as it is about others. */
    elsewhere?: string
  }
}

/**
 * Options of a test or a group of tests that is about these positions only: in a run at another one it is left out, and the run
 * tells how many were. Positions that a test sets itself need no such word.
 */
export function onlyAt(wanted: Positions): { skip?: true; meta?: { elsewhere: string } } {
  const given = readSwitches(process.env.PORTAL_SWITCHES ?? '')
  const other = Object.entries(given).find(([name, position]) => {
    const suits = wanted[name as keyof Switches]
    return suits !== undefined && ![suits].flat().some((one) => one === position)
  })
  return other ? { skip: true, meta: { elsewhere: other.join('=') } } : {}
}

/** Options of a test about what events alone tell of, or tell at once. */
export const noneLost = onlyAt({ lostDelivery: 0 })

/** Where nothing takes more requests: neither looking for lost events nor asking again after faults. */
export const withoutMore = { lostDelivery: 0, sqlError: 0 } as const

/** Options of a test that counts requests. */
export const countsRequests = onlyAt(withoutMore)

/** Options of a test that counts those of a move: an answer that does not show the item in its new stage costs a look at it and its history. */
export const settledAtOnce = onlyAt({ ...withoutMore, automationMoves: 'no rule', saysErrorAfterSaving: 'never' })
