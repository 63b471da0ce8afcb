import type { AddressInfo } from 'node:net'
import { loadConfig, readEnvironment } from '../lib/config.ts'
import { createServices } from '../lib/container.ts'
import { createLog } from '../lib/log.ts'
import { createHttpServer, endServer } from './http/http-server.ts'
import { runCommand } from './run-command.ts'
import { createServer } from './server.ts'

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment())
  const log = createLog(config)
  const services = await createServices(config, log)
  const server = createHttpServer(createServer(services))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  void services.worker.start()

  let stopping = false
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'Stopping')
    // At once, while open requests are still answered: no further lease is taken, what is under way is finished.
    await Promise.all([endServer(server), services.worker.stop()])
    await services.close()
    log.info('Stopped')
  }
  // Before it says that it is ready: whoever reads that may stop it at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))

  const { port } = server.address() as AddressInfo
  log.info({ host: config.host, port, url: config.publicUrl, worker: config.worker }, 'Stagecue is ready')
}

/** A fault of the system, such as a disk, a file or a server, says what failed; the doctor says what to do. */
function explain(error: Error): string {
  const text = `Stagecue cannot start: ${error.message}`
  return 'code' in error
    ? `${text.replace(/\.?$/, '.')} "npm run doctor" looks for the cause, and says what to do.`
    : text
}

await runCommand(main, explain)
