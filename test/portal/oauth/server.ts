import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { takeFault } from '../faults.ts'
import { readParams } from '../http/read-request.ts'
import { type Answer, send, strike } from '../http/respond.ts'
import type { EmulatorState } from '../state.ts'
import { trustedAppInfo } from './app-info.ts'
import { grantToken } from './grants.ts'

/** An OAuth server: tokens and trusted app information (platform.md 2). `server` is its own address. */
export async function answerOauth(
  emulator: EmulatorState,
  server: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const params = await readParams(request)
  const path = new URL(request.url ?? '/', 'http://oauth').pathname.replace(/\/+/g, '/').replace(/\/$/, '')
  const name = path === '/oauth/token' ? 'oauth/token' : path.replace('/rest/', '').replace('.json', '')
  const { oauthFaults } = emulator
  if (oauthFaults.down) {
    response.destroy()
    return
  }
  if (oauthFaults.slowMs > 0) await sleep(oauthFaults.slowMs)
  const before = takeFault(oauthFaults, 'before', [name], null)
  if (before) return void (await strike(response, before, null))
  const answer = answerTo(emulator, server, name, params)
  const after = takeFault(oauthFaults, 'after', [name], null)
  if (after) return void (await strike(response, after, answer))
  send(response, answer)
}

function answerTo(emulator: EmulatorState, server: string, name: string, params: Record<string, unknown>): Answer {
  if (name === 'oauth/token') return grantToken(emulator, server, params)
  if (name === 'app.info') return trustedAppInfo(emulator, server, params)
  return { status: 404, json: { error: 'ERROR_METHOD_NOT_FOUND', error_description: 'Method not found!' } }
}
