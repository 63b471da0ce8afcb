import type { z } from 'zod'
import type { Faults, FieldError } from './field-error.ts'

/** So many wrong fields are told, by so many letters of their names: a body of nothing else would make an answer of many times its size. */
const MOST_FAULTS = 500
const LONGEST_NAME = 200

/** What a schema found, field by field, in words for managers. Unknown keys are named one by one. */
export function fieldErrors(error: z.ZodError): Faults {
  const faults = new Map<string, FieldError>()
  for (const { path, fault } of faultsIn(error)) {
    const name = path.map(String).join('.').slice(0, LONGEST_NAME)
    if (!faults.has(name)) faults.set(name, fault)
    if (faults.size >= MOST_FAULTS) break
  }
  return Object.fromEntries(faults)
}

/** A fault of a duration in the units in which people write it: minutes and seconds. `max` and `min` are seconds. */
export function durationFault(fault: FieldError): FieldError {
  const { key, params = {} } = fault
  if (key === 'invalid.too-big') return { key: 'invalid.too-long-time', params: { minutes: Number(params.max) / 60 } }
  if (key === 'invalid.too-small') return { key: 'invalid.too-short-time', params: { seconds: Number(params.min) } }
  return fault
}

function* faultsIn({ issues }: z.ZodError): Generator<{ path: PropertyKey[]; fault: FieldError }> {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') yield { path: issue.path, fault: faultOf(issue) }
    else for (const key of issue.keys) yield { path: [...issue.path, key], fault: { key: 'invalid.unknown' } }
  }
}

function faultOf(issue: z.core.$ZodIssue): FieldError {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined || issue.input === null) return { key: 'invalid.required' }
      return typeFault(issue.expected)
    case 'too_small':
      return sizeFault(issue.origin, Number(issue.minimum), 'min')
    case 'too_big':
      return sizeFault(issue.origin, Number(issue.maximum), 'max')
    case 'invalid_value':
      return { key: 'invalid.choice', params: { choices: issue.values.map(String).join(', ') } }
    case 'invalid_format':
      if (issue.format === 'url') return { key: 'invalid.url' }
      return { key: issue.format === 'datetime' ? 'invalid.time' : 'invalid.value' }
    default:
      return { key: 'invalid.value' }
  }
}

function typeFault(expected: string): FieldError {
  if (expected === 'string') return { key: 'invalid.text' }
  if (expected === 'number') return { key: 'invalid.number' }
  if (expected === 'int') return { key: 'invalid.whole' }
  if (expected === 'boolean') return { key: 'invalid.flag' }
  return { key: expected === 'array' ? 'invalid.list' : 'invalid.value' }
}

function sizeFault(origin: string, bound: number, side: 'min' | 'max'): FieldError {
  if (origin === 'string') {
    if (side === 'min' && bound === 1) return { key: 'invalid.required' }
    return side === 'min'
      ? { key: 'invalid.too-short', params: { min: bound } }
      : { key: 'invalid.too-long', params: { max: bound } }
  }
  if (origin === 'array') {
    return side === 'min'
      ? { key: 'invalid.too-few', params: { min: bound } }
      : { key: 'invalid.too-many', params: { max: bound } }
  }
  return side === 'min'
    ? { key: 'invalid.too-small', params: { min: bound } }
    : { key: 'invalid.too-big', params: { max: bound } }
}
