import { schedule } from 'node-cron'
import { createPortalClients } from './bitrix24/client/clients.ts'
import { createDirectory } from './bitrix24/directory/index.ts'
import { createItemTitles } from './bitrix24/directory/item-titles.ts'
import { createNames } from './bitrix24/directory/user-names.ts'
import type { Config } from './config.ts'
import { accessJobs } from './jobs/access/access-jobs.ts'
import { CHECK_ACCESS } from './jobs/access/check-access.ts'
import { ANSWER_ROBOT, answerRobots } from './jobs/answer-robot.ts'
import { engineJobs } from './jobs/index.ts'
import { periodicJobs } from './jobs/periodic-jobs.ts'
import { POLL_CHATS, pollChats } from './jobs/poll-chats.ts'
import { RETENTION, retention } from './jobs/retention.ts'
import { SWEEP, sweep } from './jobs/sweep/sweep.ts'
import { createStoppedLinks } from './links/stopped-links.ts'
import type { Log } from './log.ts'
import type { EngineDeps, JobRegistry } from './queue/job.ts'
import { createScheduler } from './queue/periodic.ts'
import { createWorker } from './queue/worker.ts'
import type { JobParts, Services } from './services.ts'
import { openDatabase } from './store/database.ts'
import { enqueueForExisting } from './store/jobs.ts'
import { requireKeys } from './store/key-rotation.ts'
import { releaseAllLeases } from './store/leases.ts'
import { releaseAllRefreshes } from './store/refresh-locks.ts'
import { forgetOrphans } from './store/retention.ts'
import { createSealer } from './store/sealing.ts'

/**
 * Opens the database and builds the parts. `moreJobs` are those of rooms above lib (`install`). Throws when the database cannot
 * be opened or brought up to date.
 */
export async function createServices(
  config: Config,
  log: Log,
  clock: () => Date = () => new Date(),
  moreJobs: (parts: JobParts) => JobRegistry = () => ({}),
): Promise<Services> {
  const { databaseUrl, dataDir } = config
  const db = await openDatabase(databaseUrl === null ? { dataDir } : { databaseUrl })
  await requireKeys(db, config.encryptionKeys).catch(async (error: unknown) => {
    await db.destroy()
    throw error
  })
  // Nobody else is alive: the folder is ours. So what a crash left is gone on with at once.
  if (databaseUrl === null) {
    await releaseAllLeases(db)
    await releaseAllRefreshes(db)
  }
  const sealer = createSealer(config.encryptionKeys)
  const readerLacksRight = (portal: string) => {
    const check = { portal, kind: CHECK_ACCESS, subject: 'round', dueAt: clock() }
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
  const robots = { [ANSWER_ROBOT]: { take: 10, job: answerRobots(sealer) } }
  const parts = { config, db, clock, log, sealer, clients }
  const timed = {
    [SWEEP]: { take: 5, job: sweep(config.sweepSeconds) },
    [RETENTION]: { take: 1, job: retention(config.keepDays) },
    [POLL_CHATS]: { take: 1, job: pollChats(config.sweepSeconds) },
  }
  const jobs = { ...engineJobs, ...timed, ...accessJobs(parts), ...robots, ...moreJobs(parts) }
  const addRounds = createScheduler(db, clock, periodicJobs(config))
  const tidy = hourly(() => forgetOrphans(db))
  const stoppedLinks = await createStoppedLinks(db, log)
  const engine: EngineDeps = { db, clients, clock, log, timing: config, names, linkKeys: config.linkKeys }
  const worker = startable(createWorker(engine, jobs), () => addRounds().then(tidy), config, log)
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

/** Does it at once and then every hour, however often it is asked to. */
function hourly(act: () => Promise<void>): () => Promise<void> {
  let doneAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - doneAt < 3_600_000) return
    doneAt = performance.now()
    await act()
  }
}

/** One tick a second, in UTC: zone-local schedules lose an hour in autumn. Without WORKER nothing is ever served here. */
function startable(
  worker: ReturnType<typeof createWorker>,
  addRounds: () => Promise<void>,
  config: Config,
  log: Log,
): Services['worker'] {
  let stopClock = () => {}
  return {
    wake(portal) {
      if (config.worker) worker.wake(portal)
    },
    async start() {
      if (!config.worker) return
      const onTick = () =>
        addRounds()
          .then(() => worker.tick())
          .catch((error: Error) => log.error({ error: error.name }, 'Due work could not be looked up'))
      const task = schedule('* * * * * *', onTick, { timezone: 'Etc/UTC', noOverlap: true, name: 'due work' })
      stopClock = () => void task.destroy()
      await onTick()
    },
    async stop() {
      stopClock()
      await worker.stop()
    },
  }
}
