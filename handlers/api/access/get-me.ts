import type { SessionHandler } from '../../http/session.ts'

/** `GET /api/me`: what the caller may do, so that pages offer nothing that would be refused. */
export const getMe: SessionHandler = async ({ user, role }, _request, response) => {
  response.json({ id: user.userId, role })
}
