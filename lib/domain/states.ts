/** `known`: proven by OAuth, not installed yet. */
export type PortalStatus = 'known' | 'installed' | 'uninstalled'

export type JobState = 'due' | 'done' | 'parked'

/** What a row may wait for: its item's open move is settled; an administrator's access serves again; an event says the rest. */
export type WaitsFor = 'item-busy' | 'NO_READER' | 'waits-for-more'

export type Source = 'event' | 'poll' | 'sweep' | 'link' | 'rehearsal'

export type Outcome = 'moved' | 'would-move' | 'skipped' | 'failed'

/** A channel has one source of messages at a time: its events, or the histories of its conversations. */
export type MessageSource = 'events' | 'history'
