import type { Response } from 'express'
import type { Language } from '../../lib/texts/translate.ts'
import { pagePolicy } from './security-headers.ts'

export type Page = {
  language: Language
  title: string
  /** Shown until the script takes over, and without one: paragraphs. */
  paragraphs: readonly string[]
  /** File name of the script in `handlers/pages/`, if the page has one. */
  script?: string
  /** What the script reads: nothing but what the frame itself posted, and texts. */
  data?: unknown
  /** Who may frame the page; `null`: nobody. */
  frameAncestor: string | null
}

/** Sends a page without inline script. It may hold its own user's tokens, so nobody keeps it. */
export function sendPage(response: Response, page: Page): void {
  response.set('Content-Security-Policy', pagePolicy(page.frameAncestor))
  response.set('Cache-Control', 'no-store')
  response.type('html').send(htmlOf(page))
}

function htmlOf({ language, title, paragraphs, script, data }: Page): string {
  const scripts = script
    ? `<script type="application/json" id="data">${inertJson(data)}</script>\n<script type="module" src="/pages/${script}"></script>\n`
    : ''
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/pages/page.css">
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<div id="content">
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
</div>
</main>
${scripts}</body>
</html>
`
}

/** JSON that cannot end its script element or begin a comment in it. */
function inertJson(data: unknown): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
