import { z } from 'zod'
import type { StoppedLink, StoppedLinks } from '../../../lib/api/links.ts'
import type { Stop } from '../../../lib/domain/stop.ts'
import { stopOfLink, stopOfTarget, wholePortal } from '../../../lib/links/stop.ts'
import { readToken, tokenIn } from '../../../lib/links.ts'
import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { transact } from '../../../lib/store/database.ts'
import { addStop, findStop, listStops, removeStop, type StoppedLinkRow } from '../../../lib/store/stopped-links.ts'
import { ApiError } from '../../http/api-error.ts'
import { readBody, readId } from '../../http/read-input.ts'
import type { Session, SessionHandler } from '../../http/session.ts'

/** Stops of a portal: who has more to stop stops a host, or all. */
const MOST_STOPS = 200

const text = z.string().trim().max(8000)
export const bodySchema = z.union([
  z.strictObject({ link: text }),
  z.strictObject({ target: text }),
  z.strictObject({ all: z.literal(true) }),
])

/** `GET /api/links/stopped`: which links of the portal lead nowhere any more, newest first. */
export function getStoppedLinks({ db }: Services): SessionHandler {
  return async ({ portal: { memberId } }, _request, response) => {
    const rows = await listStops(db, memberId)
    const stopped: StoppedLinks = { entries: rows.map(stopJson) }
    response.json(stopped)
  }
}

/** `POST /api/links/stopped`: stops one link, all links to an address or a host, or all. 201, also for what was stopped before. */
export function postStoppedLink({ db, clock, config, stoppedLinks }: Services): SessionHandler {
  return async (session, request, response) => {
    const { memberId } = session.portal
    const stop = stopOf(config, session, readBody(bodySchema, request))
    const { userId } = session.user
    const row = await transact(db, async (tx) => {
      if ((await listStops(tx, memberId)).length >= MOST_STOPS) {
        throw new ApiError('invalid', { message: { key: 'errors.too-many-stops', params: { max: MOST_STOPS } } })
      }
      await addStop(tx, memberId, stop, { stoppedBy: 'administrator', userId }, clock())
      await addAudit(tx, memberId, { userId, action: 'links-stopped', detail: detailOf(stop) }, clock())
      return findStop(tx, memberId, stop)
    })
    await stoppedLinks.refresh()
    response.status(201).json(row && stopJson(row))
  }
}

/** `DELETE /api/links/stopped/:id`: lets them go on. What whoever runs Stagecue has stopped stays stopped: 403. */
export function deleteStoppedLink({ db, clock, stoppedLinks }: Services): SessionHandler {
  return async ({ portal: { memberId }, user: { userId } }, request, response) => {
    const id = readId(request)
    const row = (await listStops(db, memberId)).find((one) => one.id === id)
    if (!row) throw new ApiError('not-found')
    if (row.stopped_by === 'operator') throw new ApiError('forbidden')
    await transact(db, async (tx) => {
      await removeStop(tx, id)
      await addAudit(tx, memberId, { userId, action: 'links-released', detail: detailOf(row) }, clock())
    })
    await stoppedLinks.refresh()
    response.status(204).end()
  }
}

/** A link must be of this portal: 404. */
function stopOf({ linkKeys }: Services['config'], { portal }: Session, body: z.output<typeof bodySchema>): Stop {
  if ('all' in body) return wholePortal
  if ('link' in body) {
    const token = tokenIn(body.link)
    const link = token === null ? null : readToken(linkKeys, token)
    if (link?.portal !== portal.memberId) throw new ApiError('not-found')
    return stopOfLink(link)
  }
  const stop = stopOfTarget(body.target)
  if (!stop) throw new ApiError('invalid', { faults: { target: { key: 'invalid.target' } } })
  return stop
}

function detailOf({ what, label }: Pick<Stop, 'what' | 'label'>): Record<string, string> {
  return label === '' ? { code: what } : { code: what, name: label }
}

function stopJson({ id, what, label, stopped_at, stopped_by, user_id }: StoppedLinkRow): StoppedLink {
  return { id: String(id), what, label, since: stopped_at, by: stopped_by, userId: user_id }
}
