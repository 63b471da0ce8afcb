import type { Response } from 'express'
import type { Language } from '../../lib/texts/translate.ts'
import type { PageAssets } from './page-assets.ts'
import { pagePolicy } from './security-headers.ts'

export type Page = {
  language: Language
  title: string
  /** Shown until the script takes over, and without one: paragraphs. */
  paragraphs: readonly string[]
  /** The script and styles that take over, and what the script reads: no tokens, nothing of the portal but its own parameters. */
  script?: { assets: PageAssets; data: unknown }
  /** Who may frame the page; `null`: nobody. */
  frameAncestor: string | null
  /** It refers to no file of ours: the host of links has none. */
  isAlone?: boolean
}

/** Sends a page without inline script. Whom it may be shown to depends on the frame that asked, so nobody keeps it. */
export function sendPage(response: Response, page: Page): void {
  response.set('Content-Security-Policy', pagePolicy(page.frameAncestor))
  response.set('Cache-Control', 'no-store')
  response.type('html').send(htmlOf(page))
}

/** Of a page that no script takes over: light or dark as the system is. The script's pages have a switch of their own. */
const OWN_COLOURS = '<meta name="color-scheme" content="light dark">\n'

function htmlOf({ language, title, paragraphs, script, isAlone = false }: Page): string {
  const styles = ['/pages/plain.css', ...(script?.assets.styles ?? [])]
  const files = [
    '<link rel="license" href="/pages/third-party-notices.txt">',
    ...styles.map((href) => `<link rel="stylesheet" href="${href}">`),
  ]
  const scripts = script
    ? `<script type="application/json" id="data">${inertJson(script.data)}</script>\n<script type="module" src="${script.assets.script}"></script>\n`
    : ''
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${script ? '' : OWN_COLOURS}<title>${escapeHtml(title)}</title>
${isAlone ? '' : files.join('\n')}
</head>
<body>
<div id="app">
<main class="plain">
<h1>${escapeHtml(title)}</h1>
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
</main>
</div>
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
