import type { FrameLocator, Page } from 'playwright-core'

/** Stagecue's page inside the portal's. */
export function app(page: Page): FrameLocator {
  return page.frameLocator('iframe[title="Stagecue"]')
}
