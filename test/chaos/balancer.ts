import { connect, createServer, type Server, type Socket } from 'node:net'

/** One address before several processes, as an operator's load balancer: in turn, and past those that do not listen. */
export type Balancer = { url: string; ports: number[]; close(): Promise<void> }

export async function startBalancer(ports: number[]): Promise<Balancer> {
  const open = new Set<Socket>()
  let turn = 0
  const server: Server = createServer((from) => {
    open.add(from)
    from.on('error', () => from.destroy())
    from.on('close', () => open.delete(from))
    turn += 1
    pass(
      from,
      ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    ports,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Only a connection that was never made is tried elsewhere: what was sent once is not sent again. */
function pass(from: Socket, [port, ...others]: number[]): void {
  if (port === undefined) return void from.destroy()
  const to = connect(port, '127.0.0.1')
  let isThere = false
  to.once('connect', () => {
    isThere = true
    from.pipe(to).pipe(from)
  })
  to.on('error', () => (isThere ? from.destroy() : pass(from, others)))
  from.once('close', () => to.destroy())
}
