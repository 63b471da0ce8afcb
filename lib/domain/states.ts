/** `known`: proven by OAuth, not installed yet. */
export type PortalStatus = 'known' | 'installed' | 'uninstalled'

export type WorkState = 'due' | 'done' | 'parked'

export type Source = 'event' | 'poll' | 'sweep' | 'link' | 'rehearsal'

export type Outcome = 'moved' | 'would-move' | 'skipped' | 'failed'

/** A channel has one source of messages at a time: its events, or the histories of its conversations. */
export type MessageSource = 'events' | 'history'
