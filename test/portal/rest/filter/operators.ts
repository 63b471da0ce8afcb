/** Longer ones first, so that none is taken for another with something behind it. */
const OPERATORS = ['!=%', '!%=', '!><', '!@', '!=', '!%', '!', '>=', '<=', '><', '>', '<', '@', '=%', '%=', '=', '%']

/** A key of a filter: `>=CREATED` asks for CREATED by `>=`. */
export function splitKey(key: string): { operator: string; name: string } {
  const operator = OPERATORS.find((candidate) => key.startsWith(candidate)) ?? ''
  return { operator, name: key.slice(operator.length) }
}
