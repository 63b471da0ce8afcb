import { z } from 'zod'

/** Where tracked links of the portal lead, by host (`GET /api/links`). */
export const linkHostsSchema = z.strictObject({
  entries: z.array(z.strictObject({ host: z.string(), made: z.int(), lastAt: z.string() })),
})

/** What is stopped: one link, an address, a host, or all of the portal's. */
const stopSchema = z.strictObject({
  id: z.string(),
  what: z.enum(['link', 'address', 'host', 'portal']),
  /** Empty for the whole portal; of a link its item and its host: `2:31 shop.example`. */
  label: z.string(),
  since: z.string(),
  /** What the operator stopped an administrator cannot release. */
  by: z.enum(['administrator', 'operator']),
  userId: z.int().nullable(),
})

/** What is stopped of the portal's links, newest first (`GET /api/links/stopped`). */
export const stoppedLinksSchema = z.strictObject({ entries: z.array(stopSchema) })

export type LinkHosts = z.output<typeof linkHostsSchema>
export type StoppedLink = z.output<typeof stopSchema>
export type StoppedLinks = z.output<typeof stoppedLinksSchema>
