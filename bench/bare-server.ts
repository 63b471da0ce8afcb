/** An Express handler that takes a form and stores nothing, in a process of its own: the floor of `/events`. Says its port. */
import type { AddressInfo } from 'node:net'
import express from 'express'

const app = express().post('/events', express.text({ type: () => true }), (_request, response) => {
  response.json({ ok: true })
})
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})

// Whoever started it may be killed: nobody would end it then.
process.stdin.on('end', () => process.exit()).resume()
