import { z } from 'zod'
import type { Command } from '../../bitrix24/client/rest.ts'
import type { Ref } from '../../domain/occurrence.ts'
import type { EventPayload } from '../../triggers/kind.ts'

/** Where a row stands in its list: numbers that are compared one after the other. */
export const placeSchema = z.tuple([z.number(), z.number()])

export type Place = z.output<typeof placeSchema>

/** Something that a list shows; `at`: when it came or changed, by the portal's clock. */
export type Row = { id: number; at: string }

/** Something that the portal shows: the events by which we may have heard of it, and the one that stands for it if we did not. */
export type ChangeRow = Row & {
  subjects: string[]
  /** An event tells of it up to this moment, ISO 8601 UTC; null: to have heard of it at all is enough. */
  changedAt: string | null
  /** The first if it was never heard of, else the second. */
  payloads: [EventPayload, EventPayload]
  /** A stage that an item entered, which it may have left since: an invoice was paid, or a watched stage changed. */
  entered?: { as: 'payment' | 'change'; item: Ref; stageId: string; categoryId: number | null }
}

/**
 * One list of the portal that grows. Items can only be listed from the newest down: times in their filters are shifted by the reader's zone
 * (`platform.md` 5.6). `start` counts rows; -1: the first page, uncounted.
 */
export type SweepList = {
  name: string
  /** From the newest row down, as far as `since`; the portal may show more. */
  down(since: string, start: number): Command
  /** From an id up, where ids grow with time. */
  up?(id: number, start: number): Command
  /** Where a row stands in the list from the newest down. */
  placeOf(row: Row): Place
  rows(result: unknown): ChangeRow[]
}

/** An id in a list's row. */
export const rowId = z.coerce.number().int().positive()

/** A time in a list's row. */
export const moment = z.string().refine((value) => !Number.isNaN(Date.parse(value)))

export const byId = ({ id }: Row): Place => [id, 0]

export const byTime = ({ id, at }: Row): Place => [Date.parse(at), id]

/** As the intake names events of activities and items. */
export function subjectOf({ event, data }: EventPayload): string {
  const { ENTITY_TYPE_ID, ID } = data.FIELDS as Record<string, string>
  return [event, ENTITY_TYPE_ID, ID].filter((part) => part !== undefined).join(':')
}

export function readableRows<T>(result: unknown, schema: z.ZodType<T>): T[] {
  return (Array.isArray(result) ? result : []).flatMap((row) => schema.safeParse(row).data ?? [])
}
