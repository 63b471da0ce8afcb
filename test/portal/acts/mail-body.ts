import { requireActivity } from '../changes/activities.ts'
import type { PortalState } from '../state.ts'
import type { Activity } from '../world/activity.ts'

/** The words of an e-mail in one of the three ways that CRM keeps them, and what is quoted below them. */
export interface MailBody {
  html?: string
  /** BB code, as CRM's own editor may write it. */
  bb?: string
  plain?: string
  /** The e-mail (activity id) that is quoted below. */
  quotes?: number
}

/** Body and DESCRIPTION_TYPE of an e-mail's activity; HTML where nothing is given. */
export function bodyOf(
  portal: PortalState,
  { html, bb, plain, quotes }: MailBody,
  byDefault: string,
): Pick<Activity, 'description' | 'descriptionType'> {
  const quoted = quotes === undefined ? null : requireActivity(portal, quotes).description
  if (plain !== undefined) return { description: plain + below(quoted, quotePlain), descriptionType: 1 }
  if (bb !== undefined)
    return { description: bb + below(quoted, (text) => `[quote]${text}[/quote]`), descriptionType: 2 }
  const quoteHtml = (text: string) => `<blockquote type="cite">${text}</blockquote>`
  return { description: (html ?? byDefault) + below(quoted, quoteHtml), descriptionType: 3 }
}

function below(quoted: string | null, quote: (text: string) => string): string {
  return quoted === null ? '' : `\n${quote(quoted)}`
}

function quotePlain(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}
