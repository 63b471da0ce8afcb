import type { BrowserContext } from 'playwright-core'

/**
 * What a browser has to say against our pages: console errors and warnings, exceptions, requests that failed, and requests
 * to any host but these. The list grows while the pages live.
 */
export function complaintsOf(context: BrowserContext, hosts: () => string[]): string[] {
  const complaints: string[] = []
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => void complaints.push(`exception: ${error.error().stack ?? error.error().message}`))
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http') && !hosts().includes(host)) complaints.push(`another host: ${request.url()}`)
  })
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    // What a page still loads when it is left is broken off.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${reason}`)
  })
  return complaints
}
