/** One link, all links to an address, all links to a host, or all links of a portal. */
export type StopScope = 'link' | 'address' | 'host' | 'portal'

/** What is stopped: links are found by `hash`, people read `label`. */
export type Stop = Readonly<{ what: StopScope; hash: string; label: string }>
