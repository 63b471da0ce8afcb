/**
 * Functions of ours whose statements ask all portals, each with its reason and its bound: the one list of what is not done on the node that has
 * a portal's rows (`docs/scale.md`). Migrations change tables as a whole and stand apart.
 */
export const acrossPortals: Readonly<Record<string, string>> = {
  // Each second, in every process that works.
  findDuePortals: 'which portals have due work: an index of what is due, as many portals as are served at once',
  // At the beginning of a span of time, in every process that works.
  enqueuePeriodic: 'which portals had a round of a job since: rows of one span, in an index of what is due',
  listInstalledPortals: 'whose round it is: one row a portal',
  listPortalsAwaitingPing: 'who has not been reached: portals installed lately',
  listPortalsToErase: 'whose data is to go: portals that are being erased',
  listPortalsToProbe: 'who was not asked for a week: one row a portal',
  listPortals: 'who has rows that grow old: one row a portal',
  listPortalsWithTriggers: 'who has triggers of a kind: one row a trigger',
  listPortalsWithMail: 'who waits for views of e-mails: one look in an index a portal',
  forgetOrphans: 'which portals there are, 500 at a time, each hour',
  forgetLone: 'rows between two portals that are there: one look in an index a portal, each hour',
  // At a start, or when the clock was put back.
  correctFutureTimes:
    'what was planned by a clock that was ahead: an index of what is due, one row a trigger, a portal and an access',
  // When somebody asks.
  countJobs: 'what the metrics tell of all work: an index of work that is not done',
  countProvisionalPortals: 'how many portals only an event speaks of: thirty a minute at most come into being',
  findPortalsByName: 'an operator names a portal by its domain: one row',
  // At a start, or when keys are changed.
  countSealed: 'are all keys there that something is sealed with: accesses and due work',
  opensSomething: 'does a key open what it sealed: one row of each sort',
  emptyDoneJobs: 'changing keys: work that is done and held a token',
  resealAccess: 'changing keys: accesses, a limited number a statement',
  resealJobs: 'changing keys: due work, a limited number a statement',
  releaseAllLeases: 'what a crash left, at the start of the one process of a folder: SQLite alone',
  releaseAllRefreshes: 'what a crash left, at the start of the one process of a folder: SQLite alone',
}
