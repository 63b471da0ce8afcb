import { json, type Request, type RequestHandler, type Response, Router } from 'express'
import type { Stagecue } from '../../lib/wire.ts'
import { addressOf } from '../http/address-of.ts'
import { ApiError } from '../http/api-error.ts'
import { type Limits, limitRequests } from '../http/limits.ts'
import { claimsOf, forAnybody, forRole, type Role, readClaims, type SessionHandler } from '../http/session.ts'
import type { Unproven } from '../http/unproven.ts'
import { copyTrigger } from './copy-trigger.ts'
import { deleteAccess } from './delete-access.ts'
import { deleteTrigger } from './delete-trigger.ts'
import { exportTriggers } from './export-triggers.ts'
import { getAccess } from './get-access.ts'
import { getAudit } from './get-audit.ts'
import { getDirectory } from './get-directory.ts'
import { getJournal } from './get-journal.ts'
import { getKinds } from './get-kinds.ts'
import { getMe } from './get-me.ts'
import { getSettings } from './get-settings.ts'
import { getStatus } from './get-status.ts'
import { getTrigger } from './get-trigger.ts'
import { getWork } from './get-work.ts'
import { importTriggers } from './import-triggers.ts'
import { listItemFields } from './list-item-fields.ts'
import { listPicks } from './list-picks.ts'
import { listTriggers } from './list-triggers.ts'
import { postInstall } from './post-install.ts'
import { postLinks } from './post-links.ts'
import { postSession } from './post-session.ts'
import { postSignOut } from './post-sign-out.ts'
import { postTrigger } from './post-trigger.ts'
import { putSettings } from './put-settings.ts'
import { putTrigger } from './put-trigger.ts'
import { rehearseTrigger } from './rehearse-trigger.ts'
import { retryMove } from './retry-move.ts'
import { retryWork } from './retry-work.ts'
import { undoMove } from './undo-move.ts'

/** Answers hold what only their reader may see. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

/** Every endpoint of the API and who may call it (`design.md` 7). */
export function apiRouter(stagecue: Stagecue, limits: Limits, unproven: Unproven): Router {
  const router = Router()
  // People of several companies may sit behind one address.
  const visitor = (request: Request) => `${memberIdOf(request.body)} ${addressOf(request)}`
  router.post(
    '/session',
    noStore,
    json({ limit: '32kb', inflate: false }),
    limitRequests(limits.session, visitor),
    postSession(stagecue, unproven),
  )
  // Of each person, however many sit behind one address; who shows no session counts by address.
  const person = (_request: Request, response: Response) => {
    const claims = claimsOf(response)
    return claims && `${claims.portal} ${claims.userId}`
  }
  router.use(noStore, readClaims(stagecue), limitRequests(limits.api, person), json({ limit: '1mb', inflate: false }))

  const by = (role: Role, handler: SessionHandler) => forRole(stagecue, role, handler)
  router.post('/install', by('administrator', postInstall(stagecue)))
  router.get('/me', by('employee', getMe))
  router.get('/kinds', by('employee', getKinds(stagecue)))
  router.get('/directory', by('employee', getDirectory(stagecue)))
  router.get('/users', by('manager', listPicks(stagecue, 'readUsers')))
  router.get('/lines', by('manager', listPicks(stagecue, 'readLines')))
  router.get('/forms', by('manager', listPicks(stagecue, 'readForms')))
  router.get('/channels', by('manager', listPicks(stagecue, 'readChannels')))
  router.get('/fields', by('manager', listItemFields(stagecue)))
  router.get('/triggers', by('employee', listTriggers(stagecue)))
  router.post('/triggers', by('manager', postTrigger(stagecue)))
  router.post('/triggers/rehearse', by('manager', rehearseTrigger(stagecue)))
  router.get('/triggers/:id', by('employee', getTrigger(stagecue)))
  router.put('/triggers/:id', by('manager', putTrigger(stagecue)))
  router.delete('/triggers/:id', by('manager', deleteTrigger(stagecue)))
  router.post('/triggers/:id/copy', by('manager', copyTrigger(stagecue)))
  router.get('/journal', by('employee', getJournal(stagecue)))
  router.post('/journal/:id/undo', by('manager', undoMove(stagecue)))
  router.post('/journal/:id/retry', by('manager', retryMove(stagecue)))
  router.get('/export', by('administrator', exportTriggers(stagecue)))
  router.post('/import', by('administrator', importTriggers(stagecue)))
  router.post('/links', by('employee', postLinks(stagecue)))
  router.get('/settings', by('administrator', getSettings))
  router.put('/settings', by('administrator', putSettings(stagecue)))
  router.get('/status', by('administrator', getStatus(stagecue)))
  router.get('/audit', by('administrator', getAudit(stagecue)))
  router.get('/work', by('administrator', getWork(stagecue)))
  router.post('/work/:id/retry', by('administrator', retryWork(stagecue)))
  router.get('/access', by('manager', getAccess(stagecue)))
  router.post('/access/sign-out', by('administrator', postSignOut(stagecue)))
  router.delete('/access/me', forAnybody(stagecue, deleteAccess(stagecue)))
  router.use(() => {
    throw new ApiError('not-found')
  })
  return router
}

/** The portal that a page claims to be of; it is checked later. */
function memberIdOf(body: unknown): string {
  const { memberId } = (body ?? {}) as { memberId?: unknown }
  return typeof memberId === 'string' ? memberId.slice(0, 64) : ''
}
