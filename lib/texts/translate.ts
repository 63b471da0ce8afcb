import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import ru from './ru.json' with { type: 'json' }

export type Language = 'en' | 'de' | 'ru'

/** The same keys in every language; a test says which are missing or unused. */
type Texts = typeof en

type Paths<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string]

/** A text's place in the language files, such as `groups.email`. */
export type TextKey = Paths<Texts>

/** What stands in `{braces}` in a text. */
export type TextParams = Readonly<Record<string, string | number>>

const languages: Readonly<Record<Language, Texts>> = { en, de, ru }

/** The nearest language that we have. Bitrix24's codes are two letters (`platform.md` 1.3); by and kz are Russian portals. */
export function languageOf(code: string | null | undefined): Language {
  const short = (code ?? '').slice(0, 2).toLowerCase()
  if (short === 'ru' || short === 'by' || short === 'kz') return 'ru'
  return short === 'de' ? 'de' : 'en'
}

/** The text of a key, with its parameters filled in. */
export function translate(language: Language, key: TextKey, params: TextParams = {}): string {
  return fill(find(languages[language], key) ?? find(en, key) ?? key, params)
}

/** The text of a key in all our languages, for portals that show it to each user in his own. */
export function translations(key: TextKey): Record<Language, string> {
  return { en: translate('en', key), de: translate('de', key), ru: translate('ru', key) }
}

function find(texts: Texts, key: string): string | undefined {
  let found: unknown = texts
  for (const part of key.split('.')) found = (found as Record<string, unknown> | undefined)?.[part]
  return typeof found === 'string' ? found : undefined
}

function fill(text: string, params: TextParams): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}
