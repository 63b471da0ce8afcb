import { pingTimeoutMs, TEST_EVENT, testCode } from '../lib/jobs/subscriptions/webhook-ping.ts'
import type { Services } from '../lib/services.ts'
import { findSubscriptions } from '../lib/store/subscriptions.ts'
import { valueIn } from './http/event-data.ts'
import type { PortalEvent } from './http/read-event.ts'
import { isSameText } from './http/same-text.ts'

/** The code of a test event; null: it brings none of ours. */
export function codeOf(body: string): string | null {
  return testCode({ QUERY: { code: valueIn(body, '[QUERY][code]') } })
}

/**
 * Is it the event that we have just asked the portal for? Its code was told to the portal alone, so the portal speaks, whatever
 * application_token it has by now: a new version of the app may have another one (`platform.md` 1.5).
 */
export async function isOwnTest(
  { db, clock }: Pick<Services, 'db' | 'clock'>,
  { event, auth }: PortalEvent,
  body: string,
): Promise<boolean> {
  const code = event === TEST_EVENT ? codeOf(body) : null
  if (code === null) return false
  const { test } = await findSubscriptions(db, auth.member_id)
  if (test === null || test.cameBackAt !== null || !isSameText(test.code, code)) return false
  return clock().getTime() - Date.parse(test.askedAt) <= pingTimeoutMs
}
