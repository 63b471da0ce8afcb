import type { Request, Response } from 'express'
import { type Language, languageOf } from '../../lib/texts/translate.ts'

/** From here on errors of this request are answered in that language. */
export function setLanguage(response: Response, language: Language): void {
  response.locals.language = language
}

/** The language of the session if there is one, else the browser's. */
export function languageFor(request: Request, response: Response): Language {
  return (response.locals.language as Language | undefined) ?? languageOf(request.get('accept-language'))
}
