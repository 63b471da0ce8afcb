import type { SessionHandler } from '../../http/session.ts'

/** `GET /api/settings`. */
export const getSettings: SessionHandler = async ({ portal }, _request, response) => {
  const { delegate, managers, paused, journalDays, staleHours } = portal.settings
  response.json({ delegate, managers, paused, journalDays, staleHours })
}
