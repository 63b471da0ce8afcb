import type { IncomingMessage, ServerResponse } from 'node:http'
import { send } from '../http/respond.ts'
import type { PortalState } from '../state.ts'

export async function answerFrameHost(
  _portal: PortalState,
  _request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  send(response, { status: 404, html: '' })
}
