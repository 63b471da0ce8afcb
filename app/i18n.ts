import { createI18n, type I18n } from 'vue-i18n'

type Texts = Record<string, unknown>

/** A language is a file: whoever adds one adds `texts/<code>.json` (and the server's own in `lib/texts`). */
const files = import.meta.glob<{ default: Texts }>('./texts/*.json')

/** All texts in that language; English where there is no file. Only that file is loaded. */
export async function createTexts(language: string): Promise<I18n> {
  const code = `./texts/${language}.json` in files ? language : 'en'
  const load = files[`./texts/${code}.json`]
  if (!load) throw new Error(`No texts in ${code}`)
  const messages = { [code]: (await load()).default }
  return createI18n({
    legacy: false,
    locale: code,
    messages: messages as never,
    pluralRules: { [code]: pluralRule(code) },
    // A text is text: names with <b> in them are shown as they are, by Vue itself.
    warnHtmlMessage: false,
  }) as unknown as I18n
}

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
