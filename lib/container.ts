import { schedule } from 'node-cron'
import { createPortalClients } from './bitrix24/client/clients.ts'
import { createDirectory } from './bitrix24/directory/index.ts'
import { createItemTitles } from './bitrix24/directory/item-titles.ts'
import { createNames } from './bitrix24/directory/user-names.ts'
import type { Config } from './config.ts'
import { classifyError } from './engine/classify-error.ts'
import type { EngineDeps } from './engine/context.ts'
import { contextOf, type JobContext } from './engine/context.ts'
import { CHECK_ACCESS } from './jobs/access/check-access.ts'
import { createJobs } from './jobs/index.ts'
import { periodicJobs } from './jobs/periodic-jobs.ts'
import { createStoppedLinks } from './links/stopped-links.ts'
import type { Log } from './log.ts'
import { createScheduler } from './queue/periodic.ts'
import { repeat } from './queue/repeat.ts'
import { whenPutBack } from './queue/when-put-back.ts'
import { createWorker } from './queue/worker.ts'
import type { Services } from './services.ts'
import { correctFutureTimes } from './store/clock-put-back.ts'
import { openDatabase } from './store/database.ts'
import { enqueueForExisting, trimInboundEvents } from './store/jobs.ts'
import { requireKeys } from './store/key-rotation.ts'
import { releaseAllLeases } from './store/leases.ts'
import { releaseAllRefreshes } from './store/refresh-locks.ts'
import { forgetOrphans } from './store/retention.ts'
import { createSealer } from './store/sealing.ts'

/** Opens the database and builds the parts. Throws when the database cannot be opened or brought up to date, or was sealed with other keys. */
export async function createServices(
  config: Config,
  log: Log,
  clock: () => Date = () => new Date(),
): Promise<Services> {
  const { databaseUrl, databaseDirectUrl, dataDir } = config
  const location = databaseUrl === null ? { dataDir } : { databaseUrl, directUrl: databaseDirectUrl }
  // Before the tables are touched: whoever has the wrong keys may have the wrong database.
  const db = await openDatabase(location, {}, (tables) => requireKeys(tables, config.encryptionKeys))
  // Nobody else is alive: the folder is ours. So what a crash left is gone on with at once.
  if (databaseUrl === null) {
    await releaseAllLeases(db)
    await releaseAllRefreshes(db)
  }
  await correctFutureTimes(db, clock())
  const sealer = createSealer(config.encryptionKeys)
  const readerLacksRight = (portal: string) => {
    const check = { portal, type: CHECK_ACCESS, dedupKey: 'round', dueAt: clock() }
    enqueueForExisting(db, [check], clock()).catch((error: Error) => {
      log.error({ error: error.name }, 'Work could not be added')
    })
  }
  const clients = createPortalClients({
    db,
    config,
    sealer,
    clock,
    log,
    several: databaseUrl !== null,
    readerLacksRight,
  })
  const directory = createDirectory(clients)
  const names = createNames({ db, clients, clock })
  const parts = { config, db, clock, log, sealer, clients }
  const addPeriodicJobs = createScheduler(db, clock, periodicJobs(config))
  const stoppedLinks = await createStoppedLinks(db, log)
  const engine: EngineDeps = { db, clients, clock, log, timing: config, names, linkKeys: config.linkKeys }
  const queue = createWorker<JobContext>(engine, {
    jobs: createJobs(parts),
    contextOf: contextOf(engine),
    classify: classifyError,
    trim: trimInboundEvents,
  })
  const putRight = async (now: Date) => {
    const count = await correctFutureTimes(db, now)
    if (count > 0)
      log.warn({ planned: count }, "The machine's clock was put back; what had been planned by it is done in time")
  }
  const whenClockGoesBack = whenPutBack(clock, putRight)
  const worker = startable(
    queue,
    {
      addJobs: () => whenClockGoesBack().then(addPeriodicJobs),
      // Besides rows that nobody needs, times by a clock that was ahead between two looks at it.
      tidy: () => forgetOrphans(db).then(() => putRight(clock())),
    },
    config,
    log,
  )
  return {
    config,
    db,
    clock,
    log,
    sealer,
    clients,
    directory,
    names,
    itemTitles: createItemTitles({ clients, clock }),
    engine,
    stoppedLinks,
    worker,
    async close() {
      stoppedLinks.close()
      await worker.stop()
      await clients.close()
      await db.destroy()
    },
  }
}

/** How often due work is looked for, milliseconds; who adds some wakes the worker by itself. */
const TICK_MS = 1000

/** When the database is tidied besides at a start: every hour, beside the round hours, when others have much to do. */
const TIDY_AT = '7 * * * *'

/** What the clock does: work that comes round by itself is added, and rows that nobody needs go. */
type Rounds = Readonly<{ addJobs(): Promise<void>; tidy(): Promise<void> }>

/**
 * A tick a second, by a timer, and the tidying by a schedule (decision 150): zone-local ones lose an hour in autumn, so it is in UTC. Without
 * WORKER nothing is ever served here.
 */
function startable(
  worker: ReturnType<typeof createWorker>,
  { addJobs, tidy }: Rounds,
  config: Config,
  log: Log,
): Services['worker'] {
  let stopClocks = async () => {}
  const onTick = () =>
    addJobs()
      .then(() => worker.tick())
      .catch((error: Error) => log.error({ error: error.name }, 'Due work could not be looked up'))
  const onHour = () =>
    tidy().catch((error: Error) =>
      log.error({ error: error.name }, 'Rows of portals that are gone could not be removed'),
    )
  return {
    wake(portal) {
      if (config.worker) worker.wake(portal)
    },
    async start() {
      if (!config.worker) return
      await stopClocks()
      const ticks = repeat(onTick, TICK_MS)
      const hours = schedule(TIDY_AT, onHour, { timezone: 'Etc/UTC', noOverlap: true, suppressMissedWarning: true })
      const tidied = onHour()
      stopClocks = async () => {
        await Promise.all([ticks.stop(), hours.destroy(), tidied])
      }
      await Promise.all([ticks.first, tidied])
    },
    async stop() {
      await Promise.all([stopClocks(), worker.stop()])
    },
  }
}
