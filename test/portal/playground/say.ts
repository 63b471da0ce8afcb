import de from './texts/de.json' with { type: 'json' }
import en from './texts/en.json' with { type: 'json' }
import ru from './texts/ru.json' with { type: 'json' }

/** The same keys in every language; a test says which are missing or unused. */
export type Texts = typeof en

/** What people read on the playground, in a language that a portal may have; English where we have no other. */
export function textsIn(lang: string): Texts {
  return { en, de, ru }[lang] ?? en
}

/** A text with its parameters filled in. */
export function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
}
