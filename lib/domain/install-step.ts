/** The installation's steps in their order; the first four make the app ready (`design.md` 7). */
export const stepIds = ['verify', 'store', 'events', 'check', 'placements', 'robot'] as const

export type StepId = (typeof stepIds)[number]

/** `skipped`: a scope or module is missing; `waiting`: a step before it failed. */
export type StepStatus = 'done' | 'skipped' | 'failed' | 'waiting'
