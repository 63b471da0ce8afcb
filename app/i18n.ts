import { createI18n, type I18n } from 'vue-i18n'
import { pluralRule } from './plural-rule.ts'

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
