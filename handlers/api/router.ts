import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Role } from '../../lib/domain/role.ts'
import type { Services } from '../../lib/services.ts'
import { addressOf } from '../http/address-of.ts'
import { ApiError } from '../http/api-error.ts'
import type { AttemptLimits } from '../http/attempt-limits.ts'
import { jsonBody } from '../http/json-body.ts'
import { type Limits, limitChanges, limitRequests } from '../http/limits.ts'
import { claimsOf, forAnybody, readClaims, requireRole, type SessionHandler } from '../http/session.ts'
import { deleteAccess } from './access/delete-access.ts'
import { getAccess } from './access/get-access.ts'
import { getMe } from './access/get-me.ts'
import { postSession } from './access/post-session.ts'
import { postSignOut } from './access/post-sign-out.ts'
import { erasePerson } from './admin/erase-person.ts'
import { exportData } from './admin/export-data.ts'
import { getAudit } from './admin/get-audit.ts'
import { getDeadLetters } from './admin/get-dead-letters.ts'
import { getInstall } from './admin/get-install.ts'
import { getLinks } from './admin/get-links.ts'
import { getPaused } from './admin/get-paused.ts'
import { getSettings } from './admin/get-settings.ts'
import { getStatus } from './admin/get-status.ts'
import { postInstall } from './admin/post-install.ts'
import { postLinks } from './admin/post-links.ts'
import { putSettings } from './admin/put-settings.ts'
import { requeueJob } from './admin/requeue-job.ts'
import { deleteStoppedLink, getStoppedLinks, postStoppedLink } from './admin/stopped-links.ts'
import { getDirectory } from './directory/get-directory.ts'
import { getKinds } from './directory/get-kinds.ts'
import { getNames } from './directory/get-names.ts'
import { listItemFields } from './directory/list-item-fields.ts'
import { listPicks } from './directory/list-picks.ts'
import { countJournal } from './journal/count-journal.ts'
import { exportJournal } from './journal/export-journal.ts'
import { getJournal } from './journal/get-journal.ts'
import { retryMove } from './journal/retry-move.ts'
import { undoMove } from './journal/undo-move.ts'
import { copyTrigger } from './triggers/copy-trigger.ts'
import { deleteTrigger } from './triggers/delete-trigger.ts'
import { exportTriggers } from './triggers/export-triggers.ts'
import { getTrigger } from './triggers/get-trigger.ts'
import { getVersions } from './triggers/get-versions.ts'
import { importTriggers } from './triggers/import-triggers.ts'
import { listTriggers } from './triggers/list-triggers.ts'
import { pickTriggers } from './triggers/pick-triggers.ts'
import { postTrigger } from './triggers/post-trigger.ts'
import { putTrigger } from './triggers/put-trigger.ts'
import { rehearseTrigger } from './triggers/rehearse-trigger.ts'
import { restoreTrigger } from './triggers/restore-trigger.ts'

/** Answers hold what only their reader may see. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

/** Every endpoint of the API and who may call it (`design.md` 7). */
export function apiRouter(services: Services, limits: Limits, attemptLimits: AttemptLimits): Router {
  const router = Router()
  // People of several companies may sit behind one address.
  const visitor = (request: Request) => `${memberIdOf(request.body)} ${addressOf(request)}`
  router.post(
    '/session',
    noStore,
    jsonBody('32kb'),
    limitRequests(limits.session, visitor),
    postSession(services, attemptLimits),
  )
  // Of each person, however many sit behind one address; who shows no session counts by address.
  const person = (_request: Request, response: Response) => {
    const claims = claimsOf(response)
    return claims && `${claims.portal} ${claims.userId}`
  }
  const perPerson = [limitRequests(limits.api, person), limitChanges(limits.changes, person)]
  router.use(noStore, readClaims(services), ...perPerson, jsonBody('1mb'))

  const by = (role: Role, handler: SessionHandler) => requireRole(services, role, handler)
  router.get('/install', by('administrator', getInstall(services)))
  router.post('/install', by('administrator', postInstall(services)))
  router.get('/me', by('employee', getMe))
  router.get('/paused', by('employee', getPaused(services)))
  router.get('/kinds', by('employee', getKinds(services)))
  router.get('/directory', by('employee', getDirectory(services)))
  router.get('/users', by('manager', listPicks(services, 'readUsers')))
  router.get('/lines', by('manager', listPicks(services, 'readLines')))
  router.get('/forms', by('manager', listPicks(services, 'readForms')))
  router.get('/channels', by('manager', listPicks(services, 'readChannels')))
  router.get('/fields', by('manager', listItemFields(services)))
  router.get('/triggers', by('employee', listTriggers(services)))
  router.post('/triggers', by('manager', postTrigger(services)))
  router.post('/triggers/rehearse', by('manager', rehearseTrigger(services)))
  router.get('/triggers/picks', by('manager', pickTriggers(services)))
  router.get('/triggers/:id', by('employee', getTrigger(services)))
  router.put('/triggers/:id', by('manager', putTrigger(services)))
  router.delete('/triggers/:id', by('manager', deleteTrigger(services)))
  router.post('/triggers/:id/copy', by('manager', copyTrigger(services)))
  router.post('/triggers/:id/restore', by('manager', restoreTrigger(services)))
  router.get('/triggers/:id/versions', by('manager', getVersions(services)))
  router.get('/journal', by('employee', getJournal(services)))
  router.get('/journal/count', by('employee', countJournal(services)))
  router.get('/journal/csv', by('employee', exportJournal(services)))
  router.get('/names', by('employee', getNames(services)))
  router.post('/journal/:id/undo', by('manager', undoMove(services)))
  router.post('/journal/:id/retry', by('manager', retryMove(services)))
  router.get('/export', by('administrator', exportTriggers(services)))
  router.get('/export/data', by('administrator', exportData(services)))
  router.post('/import', by('administrator', importTriggers(services)))
  router.post('/links', by('employee', postLinks(services)))
  router.get('/links', by('administrator', getLinks(services)))
  router.get('/links/stopped', by('administrator', getStoppedLinks(services)))
  router.post('/links/stopped', by('administrator', postStoppedLink(services)))
  router.delete('/links/stopped/:id', by('administrator', deleteStoppedLink(services)))
  router.post('/erase', by('administrator', erasePerson(services)))
  router.get('/settings', by('administrator', getSettings))
  router.put('/settings', by('administrator', putSettings(services)))
  router.get('/status', by('administrator', getStatus(services)))
  router.get('/audit', by('administrator', getAudit(services)))
  router.get('/work', by('administrator', getDeadLetters(services)))
  router.post('/work/:id/retry', by('administrator', requeueJob(services)))
  router.get('/access', by('manager', getAccess(services)))
  router.post('/access/sign-out', by('administrator', postSignOut(services)))
  router.delete('/access/me', forAnybody(services, deleteAccess(services)))
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
