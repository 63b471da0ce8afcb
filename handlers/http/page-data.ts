import type { Language } from '../../lib/texts/translate.ts'
import type { Frame } from './frame.ts'

/**
 * What a page's script cannot ask the portal's window for. No tokens: those it gets from there (`platform.md` 1.4).
 * `app/page-data.ts` reads it.
 */
export function pageData(frame: Frame, page: 'app' | 'install', language: Language) {
  return {
    page,
    language,
    session: {
      memberId: frame.member_id,
      domain: frame.DOMAIN,
      applicationToken: frame.APPLICATION_TOKEN,
      serverEndpoint: frame.SERVER_ENDPOINT,
      lang: frame.LANG,
    },
  }
}
