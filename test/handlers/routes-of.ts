import type { Express } from 'express'

/** Every route that the server knows, as `METHOD /path`; the only router in it with routes is the API's. */
export function routesOf(stack: Express['router']['stack'], prefix = ''): string[] {
  return stack.flatMap((layer) => {
    if (layer.route) {
      const methods = layer.route.stack.map(({ method }) => (method ?? 'all').toUpperCase())
      return [...new Set(methods)].map((method) => `${method} ${prefix}${layer.route?.path}`)
    }
    // biome-ignore lint/suspicious/noExplicitAny: express types no stack of a router that is mounted in another
    const inner = (layer.handle as any).stack
    return Array.isArray(inner) ? routesOf(inner, '/api') : []
  })
}
