import { connect } from 'node:net'

/** A connection that posts forms, one after the other, and costs the machine as little as it can: what is measured is who answers. */
export type HttpConnection = { post(path: string, form: string): Promise<number>; close(): void }

/** Answers must name their length, as Express's do. */
export function openConnection(url: string): HttpConnection {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname).setNoDelay(true)
  let received = ''
  let waiting: PromiseWithResolvers<number> | null = null
  socket.setEncoding('latin1')
  socket.on('error', (error) => waiting?.reject(error))
  socket.on('close', () => waiting?.reject(new Error('The connection was closed')))
  socket.on('data', (text) => {
    received += text
    const head = received.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1])
    if (!(received.length >= head + 4 + length)) return
    const status = Number(received.slice(9, 12))
    received = ''
    waiting?.resolve(status)
  })
  return {
    post(path, form) {
      waiting = Promise.withResolvers()
      const type = 'content-type: application/x-www-form-urlencoded'
      socket.write(`POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${type}\r\ncontent-length: ${form.length}\r\n\r\n${form}`)
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}
