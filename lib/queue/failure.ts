import type { WaitsFor } from '../domain/states.ts'

/**
 * What an error says of the jobs that it ended. `unknown`: nobody knows why, so the rows are tried one by one, and dead-lettered in the end.
 * `retriable`: it may have to do with this request; the rows wait, longer each time, or until what they wait for is there. `rate-limited`: it says nothing of the rows; they
 * wait together. `unreachable`: nothing else of this tenant need be tried either, so the circuit opens; `longest`: pauses grow no longer
 * after so many failures in a row.
 */
export type Failure =
  | Readonly<{ kind: 'unknown' }>
  | Readonly<{ kind: 'retriable'; code: string; advice: string; waitsFor?: WaitsFor }>
  | Readonly<{ kind: 'rate-limited'; code: string; advice: string; until: Date }>
  | Readonly<{ kind: 'unreachable'; code: string; advice: string; longest: number }>

/** A failure that passes by itself. */
export type PassingFailure = Exclude<Failure, { kind: 'unknown' }>
