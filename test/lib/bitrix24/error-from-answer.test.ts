import { describe, expect, it } from 'vitest'
import { PortalError, RequiredFieldsError, type UnknownOutcomeError } from '../../../lib/bitrix24/errors/errors.ts'
import { errorFromAnswer } from '../../../lib/bitrix24/errors/from-answer.ts'
import { errorFromFailure, errorFromResponse } from '../../../lib/bitrix24/errors/from-failure.ts'

const now = new Date('2026-08-29T10:00:00Z')
const reads = { writes: false, now }
const writes = { writes: true, now }
const updates = { ...writes, method: 'crm.item.update' }

/** `platform.md` 7, and the texts of 5.1 and 5.6 where the code is empty. */
describe('an error of the portal', () => {
  it.each([
    [503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests', 'RateLimitError'],
    [503, 'OVERLOAD_LIMIT', 'blocked', 'RateLimitError'],
    [429, 'OPERATION_TIME_LIMIT', 'Method is blocked', 'RateLimitError'],
    [500, 'PORTAL_DELETED', 'Portal was deleted', 'AppRemovedError'],
    [401, 'invalid_client', '', 'AppRemovedError'],
    [403, 'PAYMENT_REQUIRED', '', 'AppRemovedError'],
    [403, 'ACCESS_DENIED', 'REST API is available only on commercial plans.', 'AppRemovedError'],
    [401, 'ACCESS_DENIED', 'REST API is available only on commercial plans.', 'AppRemovedError'],
    [403, 'PORTAL_DELETED', 'Portal was deleted', 'AppRemovedError'],
    [401, 'APPLICATION_NOT_FOUND', 'Application not found', 'AppRemovedError'],
    [401, 'NO_AUTH_FOUND', 'Wrong authorization data', 'AccessRevokedError'],
    [401, 'something_new', '', 'AccessRevokedError'],
    [401, '', '', 'AccessRevokedError'],
    [400, 'invalid_grant', '', 'AccessRevokedError'],
    [403, 'user_access_error', 'The user does not have access to the application.', 'AccessRevokedError'],
    [401, 'user_access_error', 'The user does not have access to the application.', 'AccessRevokedError'],
    [401, 'ACCESS_DENIED', 'Zugriff verweigert', 'AccessRevokedError'],
    [401, 'authorization_error', 'Unable to authorize user', 'AccessRevokedError'],
    [401, 'CONNECTION_ERROR', 'Error connecting to authorization server', 'PortalUnavailableError'],
    [401, 'invalid_token', '', 'PortalUnavailableError'],
    [401, 'OVERLOAD_LIMIT', 'blocked', 'RateLimitError'],
    [401, 'insufficient_scope', 'The request requires higher privileges', 'ForbiddenError'],
    [401, 'expired_token', 'The access token provided has expired.', 'PortalUnavailableError'],
    [403, 'ACCESS_DENIED', 'Access denied!', 'ForbiddenError'],
    [400, 'ACCESS_DENIED', 'Access denied', 'ForbiddenError'],
    [400, 'ACCESS_ERROR', 'You do not have access to the specified dialog', 'ForbiddenError'],
    [403, 'INVALID_CREDENTIALS', 'Invalid request credentials', 'ForbiddenError'],
    [403, 'insufficient_scope', 'The request requires higher privileges', 'ForbiddenError'],
    [403, 'allowed_only_intranet_user', 'Only for intranet users', 'ForbiddenError'],
    [403, 'WRONG_AUTH_TYPE', 'Current authorization type is denied', 'ForbiddenError'],
    [401, 'METHOD_CONFIRM_WAITING', 'Waiting for confirmation', 'ForbiddenError'],
    [400, '', 'Access denied.', 'ForbiddenError'],
    [400, '-', 'You have insufficient permissions to change the stage', 'ForbiddenError'],
    [400, '', 'Недостаточно прав для изменения стадии', 'ForbiddenError'],
    [400, 'NOT_FOUND', 'Item not found', 'NotFoundError'],
    [400, 'NOT_FOUND', 'SPA not found', 'NotFoundError'],
    [400, 'OWNER_NOT_FOUND', 'Owner was not found', 'NotFoundError'],
    [400, '', 'Activity is not found', 'NotFoundError'],
    [400, '', 'Not found', 'NotFoundError'],
    [404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!', 'RejectedError'],
    [400, 'ERROR_EVENT_NOT_FOUND', 'Event not found', 'RejectedError'],
    [400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID', 'Field "stageId": value is not valid', 'RejectedError'],
    [400, 'UPDATE_DYNAMIC_ITEM_RESTRICTED', 'Your plan does not allow it', 'RejectedError'],
    [400, 'MISSING_REQUIRED_PARAM', 'SESSION_ID or CHAT_ID is required', 'RejectedError'],
    [400, 100, 'Could not find value for parameter {id}', 'RejectedError'],
    [400, '100', 'Invalid value to match with parameter {activityId}.', 'RejectedError'],
    [400, '', 'Zugriff verweigert', 'RejectedError'],
    [200, 0, 'Some text', 'PortalUnavailableError'],
    [400, '0', 'Access denied', 'ForbiddenError'],
    [500, 'INTERNAL_SERVER_ERROR', 'Internal server error', 'PortalUnavailableError'],
    [200, 'INTERNAL_SERVER_ERROR', 'Internal server error', 'PortalUnavailableError'],
    [200, 'ERROR_UNEXPECTED_ANSWER', 'Server returned an unexpected response', 'PortalUnavailableError'],
    [500, 'ERROR_CORE', 'SQL query error!', 'PortalUnavailableError'],
    [200, 'ERROR_CORE', 'SQL query error!', 'PortalUnavailableError'],
    [400, 'ERROR_CORE', 'Something broke', 'PortalUnavailableError'],
    [400, '400', 'Mysql query error: (1213) Deadlock found', 'PortalUnavailableError'],
    [200, 400, 'Mysql query error: (1213) Deadlock found', 'PortalUnavailableError'],
    [400, '0', 'Mysql query error: (2006) gone away', 'PortalUnavailableError'],
  ])('%i %j %j is %s', (status, error, text, name) => {
    const found = errorFromAnswer({ error, error_description: text }, status, reads)
    expect(found).toMatchObject({ name, status, text })
    expect(found).toBeInstanceOf(PortalError)
    expect(found.advice).not.toBe('')
  })

  it.each([
    ['CRM_FIELD_ERROR_REQUIRED', 'The field "Budget" is required.', ['Budget']],
    ['CRM_FIELD_ERROR_REQUIRED', 'Поле "Название" обязательно для заполнения', ['Название']],
    ['CRM_FIELD_ERROR_REQUIRED', 'Fields «Budget» and «Source» are required, fill in «Budget»', ['Budget', 'Source']],
    ['CRM_FIELD_ERROR_REQUIRED', 'Required', []],
  ])('%j %j names the required fields', (error, text, fields) => {
    const found = errorFromAnswer({ error, error_description: text }, 400, updates)
    expect(found).toBeInstanceOf(RequiredFieldsError)
    expect(found).toMatchObject({ fields, retriable: false })
  })

  it('of v3 has its code and text inside', () => {
    const body = { error: { code: 'BITRIX_REST_V3_EXCEPTION_ENTITYNOTFOUNDEXCEPTION', message: 'No such entity' } }
    expect(errorFromAnswer(body, 400, reads)).toMatchObject({ code: body.error.code, text: 'No such entity' })
  })

  /** `platform.md` 5.6: only these are known to come before the item is saved. */
  it.each([
    [403, 'allowed_only_intranet_user', '', 'ForbiddenError'],
    [400, 'ACCESS_DENIED', 'Access denied', 'ForbiddenError'],
    [400, 'CRM_ITEM_UPDATE_ACCESS_DENIED', '', 'ForbiddenError'],
    [400, 'NOT_FOUND', 'Item not found', 'NotFoundError'],
    [400, 'ENTITY_TYPE_NOT_SUPPORTED', '', 'RejectedError'],
    [400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID', 'Field "stageId": value is not valid', 'RejectedError'],
    [400, 'CRM_FIELD_ERROR_REQUIRED', 'The field "Budget" is required.', 'RequiredFieldsError'],
    [400, 'CRM_ITEM_HAS_RUNNING_WORKFLOWS', '', 'RejectedError'],
    [400, 'UPDATE_DYNAMIC_ITEM_RESTRICTED', '', 'RejectedError'],
    [400, 'INVALID_ARG_VALUE', '', 'RejectedError'],
    [400, '100', 'Could not find value for parameter {id}', 'RejectedError'],
    [404, 'ERROR_METHOD_NOT_FOUND', '', 'RejectedError'],
    [401, 'CONNECTION_ERROR', '', 'PortalUnavailableError'],
  ])('%i %j of an update is final, or nothing was done', (status, error, text, name) => {
    expect(errorFromAnswer({ error, error_description: text }, status, updates)).toMatchObject({ name })
    expect(errorFromAnswer({ error, error_description: text }, 200, updates)).toMatchObject({ name })
  })

  it.each([
    ['0', 'Keine Berechtigung für diese Phase', 'UnknownOutcomeError', 'ForbiddenError'],
    [0, 'Недостаточно прав', 'UnknownOutcomeError', 'ForbiddenError'],
    ['-', 'You have insufficient permissions to change the stage', 'UnknownOutcomeError', 'ForbiddenError'],
    ['', 'Required fields are empty: "Comment"', 'UnknownOutcomeError', 'RequiredFieldsError'],
    ['', 'Не заполнены обязательные поля: "Бюджет"', 'UnknownOutcomeError', 'RequiredFieldsError'],
    ['', 'Что-то', 'UnknownOutcomeError', 'RejectedError'],
    ['SOMETHING_NEW', 'Never seen', 'UnknownOutcomeError', 'RejectedError'],
    ['0', 'Mysql query error: (1213) Deadlock found', 'PortalFaultError', undefined],
    ['400', 'Mysql query error: (1213) Deadlock found', 'PortalFaultError', undefined],
    [42, 'No refusal that anybody knows', 'PortalFaultError', undefined],
    ['ERROR_CORE', 'SQL query error!', 'PortalFaultError', undefined],
    ['ERROR_CORE', 'Something broke', 'PortalFaultError', undefined],
    ['INTERNAL_SERVER_ERROR', '', 'PortalFaultError', undefined],
    ['ERROR_UNEXPECTED_ANSWER', '', 'PortalFaultError', undefined],
  ])('%j %j of an update leaves open what was saved', (error, text, name, refusal) => {
    for (const asked of [updates, writes]) {
      const found = errorFromAnswer({ error, error_description: text }, 400, asked)
      expect(found).toMatchObject({ name, retriable: false })
      expect((found as UnknownOutcomeError).refusal?.name).toBe(refusal)
    }
  })

  it.each([
    ['event.bind', 'ERROR_CORE', 'Unable to set event handler: Handler already binded', 'RejectedError'],
    ['bizproc.robot.add', 'ERROR_ACTIVITY_ALREADY_INSTALLED', '', 'RejectedError'],
    ['event.bind', 'ERROR_CORE', 'SQL query error!', 'PortalFaultError'],
    ['event.bind', 'INTERNAL_SERVER_ERROR', '', 'PortalFaultError'],
  ])('of %s, which changes no item: %j %j', (method, error, text, name) => {
    expect(errorFromAnswer({ error, error_description: text }, 400, { ...writes, method })).toMatchObject({ name })
  })

  it('with 500 leaves a writing request unknown', () => {
    expect(errorFromAnswer({ error: 'SOMETHING' }, 500, writes)).toMatchObject({
      name: 'PortalFaultError',
      retriable: false,
    })
  })

  it.each([
    [{ error: null }],
    [{ error: [] }],
    [{ error: {} }],
    [{ error: true, error_description: 5 }],
    [{ error: { code: 7, message: [] } }],
  ])('of an odd shape (%j) is an error all the same', (body) => {
    expect(errorFromAnswer(body, 400, reads)).toBeInstanceOf(PortalError)
    expect(errorFromAnswer(body, 400, updates)).toBeInstanceOf(PortalError)
  })

  it('waits one minute for a method, ten for a block by support', () => {
    const wait = (error: string) => {
      const found = errorFromAnswer({ error }, 429, { ...writes, method: 'crm.item.update' })
      return (found.waitUntil?.getTime() ?? 0) - now.getTime()
    }
    expect([wait('OPERATION_TIME_LIMIT'), wait('OVERLOAD_LIMIT')]).toEqual([60_000, 600_000])
  })

  it('keeps its text on one line, cut, without markup and tokens', () => {
    const text = `<b>No</b>\n rights  for a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4. ${'x'.repeat(1000)}`
    const found = errorFromAnswer({ error: 'SOMETHING', error_description: text }, 400, reads)
    expect(found.text).toMatch(/^No rights for … x+$/)
    expect(found.text).toHaveLength(300)
  })
})

describe('a failure without an answer', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'CERT_HAS_EXPIRED', 'ADDRESS_REFUSED'])(
    '(%s) was never sent',
    (code) => {
      expect(errorFromFailure({ originalError: { code } }, writes)).toMatchObject({
        name: 'PortalUnavailableError',
        code,
      })
    },
  )

  it('while connecting was never sent either', () => {
    const failure = { originalError: { code: 'ETIMEDOUT', cause: { code: 'ETIMEDOUT', syscall: 'connect' } } }
    expect(errorFromFailure(failure, writes)).toMatchObject({ name: 'PortalUnavailableError' })
  })

  it.each([
    ['ERR_BAD_RESPONSE', 'ANSWER_TOO_LARGE'],
    ['ERR_CANCELED', 'ANSWER_TOO_SLOW'],
  ])('(%s) that broke off on our side may have acted, and is called %s', (given, code) => {
    const failure = { originalError: { code: given } }
    expect(errorFromFailure(failure, writes)).toMatchObject({ name: 'UnknownOutcomeError', code })
    expect(errorFromFailure(failure, reads)).toMatchObject({ name: 'PortalUnavailableError', code })
  })

  it.each(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'])('(%s) may have acted', (code) => {
    expect(errorFromFailure({ originalError: { code } }, writes)).toMatchObject({ name: 'UnknownOutcomeError', code })
    expect(errorFromFailure({ originalError: { code } }, reads)).toMatchObject({ name: 'PortalUnavailableError', code })
  })
})

describe('an answer that is no REST answer', () => {
  it.each([
    [302, 'PortalUnavailableError'],
    [403, 'PortalUnavailableError'],
    [404, 'PortalUnavailableError'],
    [408, 'UnknownOutcomeError'],
    [502, 'UnknownOutcomeError'],
    [504, 'UnknownOutcomeError'],
  ])('with %i is %s for what writes', (status, name) => {
    expect(errorFromResponse(status, '<html>', writes)).toMatchObject({ name, status, code: `HTTP_${status}` })
    expect(errorFromResponse(status, '<html>', reads)).toMatchObject({ name: 'PortalUnavailableError' })
  })
})
