import type { Answer } from '../http/respond.ts'
import { ownerOfToken } from '../rest/authenticate.ts'
import { errorBody, RestError } from '../rest/error.ts'
import { callTime } from '../rest/execute.ts'
import { appInfo } from '../rest/methods/app.ts'
import type { EmulatorState } from '../state.ts'
import { portalsOf } from './servers.ts'

/** `<server_endpoint>app.info`: the same as in the portal, but nobody there can forge it (platform.md 2.4). */
export function trustedAppInfo(emulator: EmulatorState, server: string, params: Record<string, unknown>): Answer {
  const token = emulator.tokens.byAccess.get(String(params.auth ?? ''))
  const portal = portalsOf(emulator, server).find(({ memberId }) => memberId === token?.memberId)
  try {
    if (!portal) throw new RestError('NO_AUTH_FOUND', 'Wrong authorization data', 401)
    ownerOfToken(portal, params.auth)
    return { status: 200, json: { result: appInfo(portal), time: callTime(portal, 'app.info', Date.now()) } }
  } catch (error) {
    if (error instanceof RestError) return { status: error.status, json: errorBody(error) }
    throw error
  }
}
