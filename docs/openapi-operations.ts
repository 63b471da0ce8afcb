import { z } from 'zod'
import { bodySchema as sessionBody } from '../handlers/api/access/post-session.ts'
import { bodySchema as eraseBody } from '../handlers/api/admin/erase-person.ts'
import { querySchema as workQuery } from '../handlers/api/admin/get-dead-letters.ts'
import { bodySchema as installBody } from '../handlers/api/admin/post-install.ts'
import { bodySchema as linkBody } from '../handlers/api/admin/post-links.ts'
import { bodySchema as settingsBody } from '../handlers/api/admin/put-settings.ts'
import { bodySchema as stopBody } from '../handlers/api/admin/stopped-links.ts'
import { querySchema as namesQuery } from '../handlers/api/directory/get-names.ts'
import { querySchema as fieldsQuery } from '../handlers/api/directory/list-item-fields.ts'
import { querySchema as picksQuery } from '../handlers/api/directory/list-picks.ts'
import { querySchema as countQuery } from '../handlers/api/journal/count-journal.ts'
import { filterSchema } from '../handlers/api/journal/journal-query.ts'
import { pageQuerySchema } from '../handlers/api/journal/page-query.ts'
import { bodySchema as importBody } from '../handlers/api/triggers/import-triggers.ts'
import { querySchema as triggersQuery } from '../handlers/api/triggers/list-triggers.ts'
import { querySchema as triggerPicksQuery } from '../handlers/api/triggers/pick-triggers.ts'
import { bodySchema as rehearsalBody } from '../handlers/api/triggers/rehearse-trigger.ts'
import { pageInQuery } from '../handlers/http/read-input.ts'
import { itemFieldsSchema } from '../lib/api/item-field.ts'
import { itemTypeSchema } from '../lib/api/item-type.ts'
import { entrySchema } from '../lib/api/journal-entry.ts'
import { kindSchema } from '../lib/api/kind.ts'

import { linkHostsSchema, stoppedLinksSchema } from '../lib/api/links.ts'

import { picksSchema } from '../lib/api/picks.ts'
import { settingsSchema } from '../lib/api/settings.ts'
import { statusSchema } from '../lib/api/status.ts'
import { triggerSchema } from '../lib/api/trigger.ts'
import type { Role } from '../lib/domain/role.ts'
import { copySchema, newTriggerSchema, replacedTriggerSchema } from '../lib/trigger-settings/trigger-schema.ts'
import * as answers from './openapi-answers.ts'

/** An endpoint of the API as the reference tells it. */
export type Operation = {
  /** The least role that may call it; `anybody` needs no session. */
  role: Role | 'anybody'
  summary: string
  query?: z.ZodObject
  body?: z.ZodType
  status?: number
  /** What it answers; absent: nothing. */
  answer?: z.ZodType
  /** The answer's type where it is no JSON. */
  type?: string
  /** Other statuses with an error, beside those of every endpoint. */
  errors?: readonly number[]
}

const picks = { query: picksQuery, answer: picksSchema, role: 'manager' } as const

/** Every endpoint of `handlers/api/router.ts`; a test compares the two. */
export const operations: Readonly<Record<string, Operation>> = {
  'POST /api/session': {
    role: 'anybody',
    summary: 'Proves who a frame’s tokens belong to, and opens a session for an hour',
    body: sessionBody,
    answer: answers.sessionAnswer,
    errors: [401, 403, 429, 503],
  },
  'GET /api/install': {
    role: 'administrator',
    summary: 'How the last installation went, step by step',
    answer: answers.installAnswer,
  },
  'POST /api/install': {
    role: 'administrator',
    summary: 'Installs the app in the portal, or goes on where it was left; may be repeated',
    body: installBody,
    answer: answers.installedAnswer,
    errors: [503],
  },
  'GET /api/me': { role: 'employee', summary: 'Who is asking, and what he may do', answer: answers.meAnswer },
  'GET /api/paused': {
    role: 'employee',
    summary: 'Who paused all triggers, and since when',
    answer: answers.pausedAnswer,
  },
  'GET /api/kinds': {
    role: 'employee',
    summary: 'The catalogue of events, as far as this portal can serve them',
    answer: z.array(kindSchema),
  },
  'GET /api/directory': {
    role: 'employee',
    summary: 'Types of items with their pipelines and stages, in the portal’s order',
    answer: z.array(itemTypeSchema),
    errors: [503],
  },
  'GET /api/users': { ...picks, summary: 'Employees to choose from' },
  'GET /api/lines': { ...picks, summary: 'Telephone lines to choose from' },
  'GET /api/forms': { ...picks, summary: 'CRM forms to choose from' },
  'GET /api/channels': { ...picks, summary: 'Open Channels to choose from' },
  'GET /api/fields': {
    role: 'manager',
    summary: 'Fields of a type of item that may be watched',
    query: fieldsQuery,
    answer: itemFieldsSchema,
  },
  'GET /api/triggers': {
    role: 'employee',
    summary: 'Triggers in the order of their stages, then the oldest first',
    query: triggersQuery,
    answer: z.array(triggerSchema),
  },
  'POST /api/triggers': {
    role: 'manager',
    summary: 'Makes a trigger; a portal has 500 at most',
    body: newTriggerSchema,
    status: 201,
    answer: triggerSchema,
  },
  'POST /api/triggers/rehearse': {
    role: 'manager',
    summary: 'Tells what a trigger would have done; changes nothing',
    body: rehearsalBody,
    answer: answers.rehearsalAnswer,
    errors: [503],
  },
  'GET /api/triggers/picks': {
    role: 'manager',
    summary: 'Triggers to choose from, also those that are gone',
    query: triggerPicksQuery,
    answer: picksSchema,
  },
  'GET /api/triggers/:id': { role: 'employee', summary: 'A trigger', answer: triggerSchema },
  'PUT /api/triggers/:id': {
    role: 'manager',
    summary: 'Replaces a trigger; 409 when the version is not the latest',
    body: replacedTriggerSchema,
    answer: triggerSchema,
    errors: [409],
  },
  'DELETE /api/triggers/:id': { role: 'manager', summary: 'Deletes a trigger', status: 204 },
  'POST /api/triggers/:id/copy': {
    role: 'manager',
    summary: 'Copies a trigger to another pipeline or stage, switched off',
    body: copySchema,
    status: 201,
    answer: answers.copyAnswer,
  },
  'POST /api/triggers/:id/restore': {
    role: 'manager',
    summary: 'Brings a deleted trigger back under its id',
    status: 201,
    answer: triggerSchema,
    errors: [409],
  },
  'GET /api/triggers/:id/versions': {
    role: 'manager',
    summary: 'The latest changes of a trigger, the newest first',
    answer: answers.versionsAnswer,
  },
  'GET /api/journal': {
    role: 'employee',
    summary: 'Decisions, the newest first; employees name an item that the portal shows them',
    query: pageQuerySchema,
    answer: answers.entriesAnswer,
  },
  'GET /api/journal/count': {
    role: 'employee',
    summary: 'How many entries the same filter finds',
    query: countQuery,
    answer: answers.countAnswer,
  },
  'GET /api/journal/csv': {
    role: 'employee',
    summary: 'The entries of the same filter as a table',
    query: z.object(filterSchema),
    answer: z.string(),
    type: 'text/csv',
  },
  'GET /api/names': {
    role: 'employee',
    summary: 'What ids are called, as far as the portal shows it to the caller',
    query: namesQuery,
    answer: answers.namesAnswer,
  },
  'POST /api/journal/:id/undo': {
    role: 'manager',
    summary: 'Takes a move back with the caller’s own access; 202 while it is not done yet',
    answer: entrySchema,
    errors: [409, 503],
  },
  'POST /api/journal/:id/retry': {
    role: 'manager',
    summary: 'Tries a failed move again; 202 while it is not done yet',
    answer: entrySchema,
    errors: [409, 503],
  },
  'GET /api/export': { role: 'administrator', summary: 'All triggers as a file', answer: answers.exportAnswer },
  'GET /api/export/data': {
    role: 'administrator',
    summary: 'What is kept of the portal, as one document without tokens',
    answer: answers.dataAnswer,
  },
  'POST /api/import': {
    role: 'administrator',
    summary: 'Makes the triggers of an export, all switched off; with preview only tells what would come of it',
    body: importBody,
    answer: answers.importAnswer,
  },
  'POST /api/links': {
    role: 'employee',
    summary: 'Makes a tracked link for an item; managers, and who is responsible for it',
    body: linkBody,
    status: 201,
    answer: answers.linkAnswer,
  },
  'GET /api/links': {
    role: 'administrator',
    summary: 'Hosts that tracked links of the portal lead to',
    answer: linkHostsSchema,
  },
  'GET /api/links/stopped': {
    role: 'administrator',
    summary: 'Tracked links that lead nowhere any more',
    answer: stoppedLinksSchema,
  },
  'POST /api/links/stopped': {
    role: 'administrator',
    summary: 'Stops a link, all links to an address or a host, or all',
    body: stopBody,
    status: 201,
    answer: stoppedLinksSchema.shape.entries.element,
  },
  'DELETE /api/links/stopped/:id': {
    role: 'administrator',
    summary: 'Lets links go on; 403 for what the operator stopped',
    status: 204,
  },
  'POST /api/erase': {
    role: 'administrator',
    summary: 'Erases an employee, or what is kept of a client or item',
    body: eraseBody,
    answer: answers.erasedAnswer,
    errors: [409, 503],
  },
  'GET /api/settings': {
    role: 'administrator',
    summary: 'What is set for the whole portal',
    answer: settingsSchema,
  },
  'PUT /api/settings': {
    role: 'administrator',
    summary: 'Changes what is named',
    body: settingsBody,
    answer: settingsSchema,
  },
  'GET /api/status': {
    role: 'administrator',
    summary: 'How Stagecue stands in this portal',
    answer: statusSchema,
  },
  'GET /api/audit': {
    role: 'administrator',
    summary: 'Who changed what, the newest first',
    query: z.object(pageInQuery),
    answer: answers.auditAnswer,
  },
  'GET /api/work': {
    role: 'administrator',
    summary: 'Work that waits for a person',
    query: workQuery,
    answer: answers.workAnswer,
  },
  'POST /api/work/:id/retry': {
    role: 'administrator',
    summary: 'Such work is tried again',
    answer: answers.requeuedAnswer,
    errors: [409],
  },
  'GET /api/access': {
    role: 'manager',
    summary: 'How many people gave access, and words to invite others',
    answer: answers.peopleAnswer,
  },
  'POST /api/access/sign-out': { role: 'administrator', summary: 'Ends everybody’s sessions', status: 204 },
  'DELETE /api/access/me': { role: 'employee', summary: 'Withdraws one’s own access', status: 204 },
}
