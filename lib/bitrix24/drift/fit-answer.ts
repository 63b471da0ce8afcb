import type { Params } from '../client/rest.ts'
import { type Shape, shapes } from './shapes.ts'

/** How an answer fits what we know of its method. `odd`: what of it does not; `isUsable`: there is something left to be read. */
export type Fit = { odd: readonly unknown[]; isUsable: boolean }

const FITS: Fit = { odd: [], isUsable: true }

/** Compares an answer with the shape of its method. Rows that do not fit are left to those who read them, who leave them out. */
export function fitAnswer(method: string, params: Params | undefined, result: unknown): Fit {
  const shape = shapes[method]
  if (shape === undefined) return FITS
  if ('one' in shape) return shape.one.safeParse(result).success ? FITS : { odd: [result], isUsable: false }
  const rows = shape.rows(result)
  if (rows === null) return { odd: [result], isUsable: false }
  const odd = rows.filter((row) => !fitsRow(shape, selectedBy(params), row))
  return { odd, isUsable: rows.length === 0 || odd.length < rows.length }
}

/** Names that were asked for; null: all. */
function selectedBy(params: Params = {}): readonly unknown[] | null {
  const select = params.select ?? params.SELECT
  return Array.isArray(select) ? select : null
}

function fitsRow(
  { required, known = {} }: Extract<Shape, { rows: unknown }>,
  selected: readonly unknown[] | null,
  row: unknown,
): boolean {
  if (typeof row !== 'object' || row === null) return false
  const values = row as Record<string, unknown>
  const isAsked = (name: string) => selected === null || selected.includes(name)
  return (
    Object.entries(required).every(([name, schema]) => !isAsked(name) || schema.safeParse(values[name]).success) &&
    Object.entries(known).every(([name, schema]) => !(name in values) || schema.safeParse(values[name]).success)
  )
}
