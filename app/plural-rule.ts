/**
 * Which of a text's forms (`one | few | many`) suits a number: the forms stand in the order of the language's own categories, in
 * which `other` comes last. A text with fewer forms ends with the one that serves for the rest.
 */
export function pluralRule(locale: string): (count: number, forms: number) => number {
  const rules = new Intl.PluralRules(locale)
  const order = ['zero', 'one', 'two', 'few', 'many', 'other']
  const own = order.filter((category) => rules.resolvedOptions().pluralCategories.includes(category as never))
  return (count, forms) => Math.min(own.indexOf(rules.select(count)), forms - 1)
}
