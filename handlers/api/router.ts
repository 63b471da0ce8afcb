import { json, type Request, type RequestHandler, type Response, Router } from 'express'
import type { Stagecue } from '../../lib/services.ts'
import { addressOf } from '../http/address-of.ts'
import { ApiError } from '../http/api-error.ts'
import { type Limits, limitRequests } from '../http/limits.ts'
import { claimsOf, forAnybody, forRole, type Role, readClaims, type SessionHandler } from '../http/session.ts'
import type { Unproven } from '../http/unproven.ts'
import { deleteAccess } from './access/delete-access.ts'
import { getAccess } from './access/get-access.ts'
import { getMe } from './access/get-me.ts'
import { postSession } from './access/post-session.ts'
import { postSignOut } from './access/post-sign-out.ts'
import { getAudit } from './admin/get-audit.ts'
import { getSettings } from './admin/get-settings.ts'
import { getStatus } from './admin/get-status.ts'
import { getWork } from './admin/get-work.ts'
import { postInstall } from './admin/post-install.ts'
import { postLinks } from './admin/post-links.ts'
import { putSettings } from './admin/put-settings.ts'
import { retryWork } from './admin/retry-work.ts'
import { deleteStoppedLink, getStoppedLinks, postStoppedLink } from './admin/stopped-links.ts'
import { getDirectory } from './directory/get-directory.ts'
import { getKinds } from './directory/get-kinds.ts'
import { listItemFields } from './directory/list-item-fields.ts'
import { listPicks } from './directory/list-picks.ts'
import { getJournal } from './journal/get-journal.ts'
import { retryMove } from './journal/retry-move.ts'
import { undoMove } from './journal/undo-move.ts'
import { copyTrigger } from './triggers/copy-trigger.ts'
import { deleteTrigger } from './triggers/delete-trigger.ts'
import { exportTriggers } from './triggers/export-triggers.ts'
import { getTrigger } from './triggers/get-trigger.ts'
import { importTriggers } from './triggers/import-triggers.ts'
import { listTriggers } from './triggers/list-triggers.ts'
import { postTrigger } from './triggers/post-trigger.ts'
import { putTrigger } from './triggers/put-trigger.ts'
import { rehearseTrigger } from './triggers/rehearse-trigger.ts'

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
  router.get('/links/stopped', by('administrator', getStoppedLinks(stagecue)))
  router.post('/links/stopped', by('administrator', postStoppedLink(stagecue)))
  router.delete('/links/stopped/:id', by('administrator', deleteStoppedLink(stagecue)))
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
