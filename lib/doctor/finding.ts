/** What one look at an installation found: all is well, or what is wrong and what to do about it, one sentence each. */
export type Finding = Readonly<{ about: string; ok: true; what: string }> | Fault

export type Fault = Readonly<{ about: string; ok: false; what: string; advice: string }>

/** Something that is as it should be. */
export function fine(about: string, what: string): Finding {
  return { about, ok: true, what }
}

/** Something that a person must mend. */
export function fault(about: string, what: string, advice: string): Fault {
  return { about, ok: false, what, advice }
}

/** The faults, or one line that says that there are none. */
export function faultsOr(about: string, faults: readonly Fault[], what: string): readonly Finding[] {
  return faults.length > 0 ? faults : [fine(about, what)]
}
