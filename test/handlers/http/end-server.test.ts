import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createHttpServer, endServer } from '../../../handlers/http/http-server.ts'

test('a connection that its client keeps is answered once more while the server ends, however late he uses it', async () => {
  const server = createHttpServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = () =>
    new Promise<[status: number | undefined, connection: string | undefined, isReused: boolean]>((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', agent }, (answer) => {
        answer.resume().once('end', () => resolve([answer.statusCode, answer.headers.connection, asked.reusedSocket]))
      })
      asked.once('error', reject).end()
    })
  expect(await ask()).toEqual([200, 'keep-alive', false])
  const ended = endServer(server)
  await sleep(2000)
  expect(await ask()).toEqual([200, 'close', true])
  const begun = performance.now()
  await ended
  expect(performance.now() - begun, 'nobody is waited for once nothing is open').toBeLessThan(1000)
  agent.destroy()
})
