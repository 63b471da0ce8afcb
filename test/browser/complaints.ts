import type { BrowserContext } from 'playwright-core'

/**
 * What a browser has to say against our pages: console errors and warnings, exceptions, requests that failed, and requests
 * to any host but these.
 */
export function complaintsOf(
  context: BrowserContext,
  hosts: () => string[],
  complain: (complaint: string) => void,
): void {
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    complain(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => complain(`exception: ${error.error().stack ?? error.error().message}`))
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http') && !hosts().includes(host)) complain(`another host: ${request.url()}`)
  })
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    // What a page still loads when it is left is broken off.
    if (reason !== 'net::ERR_ABORTED') complain(`failed: ${request.url()} ${reason}`)
  })
}
