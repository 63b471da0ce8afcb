import { z } from 'zod'
import { mapOf } from '../domain/php-values.ts'

/** What `event.get` lists. */
const rowSchema = z.object({
  event: z
    .string()
    .min(1)
    .transform((event) => event.toUpperCase()),
  handler: z.string().min(1),
  auth_type: z.coerce.string().catch('0'),
  offline: z.coerce.number().catch(0),
})

/** A handler of ours: `event` in upper case; `auth_type` is the user in whose name it is called, `0` or empty: whoever causes the event. */
export type EventRow = Readonly<z.output<typeof rowSchema>>

/**
 * The handlers that `event.get` lists, except offline ones, which we never make. Rows without event or handler are left out:
 * `event.unbind` without them might take away every handler (`platform.md` 3.1). PHP writes an empty list as it likes.
 */
export function eventRows(result: unknown): EventRow[] {
  return Object.values(mapOf(result))
    .flatMap((row) => rowSchema.safeParse(row).data ?? [])
    .filter((row) => row.offline === 0)
}

/** Is it bound to that address for everybody? */
export function isBoundTo(handler: string, row: EventRow): boolean {
  return row.handler === handler && (row.auth_type === '' || row.auth_type === '0')
}
