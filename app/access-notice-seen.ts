/** People are told once what opening Stagecue gives it; that they were, stays in this browser. */
const key = 'stagecue-told'

export function wasSeen(): boolean {
  try {
    return localStorage.getItem(key) === 'yes'
  } catch {
    // A browser may refuse storage to frames of other sites: then it is said each time.
    return false
  }
}

export function markSeen(): void {
  try {
    localStorage.setItem(key, 'yes')
  } catch {
    // See above.
  }
}
