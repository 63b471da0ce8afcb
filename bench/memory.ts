import { randomBytes } from 'node:crypto'
import { keyListSchema } from '../lib/config-secrets.ts'
import { storeAccess } from '../lib/store/access.ts'
import { createSealer, type Sealer } from '../lib/store/sealing.ts'
import { until } from '../test/chaos/until.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { type MeasuredSetting, startMeasuredSetting } from './measured-setting.ts'
import { postEvent } from './post-event.ts'
import { progress, row } from './print.ts'
import { whileOpen } from './while-open.ts'

const PORTALS = [1, 100, 1000]

/** E-mails of the first portal that make the process learn before anything is measured. */
const WARM_UP = 200

const AT_ONCE = 20

/** Idle connections are closed after this, milliseconds: what stays is what a portal that rests takes. */
const REST_MS = 6000

const MB = 2 ** 20

/**
 * What a process takes in memory with ever more portals. The first one is installed as people do it; the others exist in the emulator too,
 * but their rows are copies of the first one's, written straight into the store. Each has had one e-mail that moved a deal.
 */
export async function memory(): Promise<void> {
  const keys = `k1:${randomBytes(32).toString('base64')}`
  const sealer = createSealer(keyListSchema.parse(keys))
  await whileOpen(
    startMeasuredSetting({ env: { ENCRYPTION_KEYS: keys } }),
    (setting) => setting.close(),
    async (setting) => {
      const [first] = setting.portals
      if (!first) throw new Error('There is no portal')
      progress('warming up')
      await moveDeals(
        setting,
        Array.from({ length: WARM_UP }, () => first),
      )
      row('portals', 'resident MB', 'heap MB', 'per portal:', 'resident KB', 'heap KB')
      let base: { rss: number; heapUsed: number } | null = null
      for (const count of PORTALS) {
        const added = await addPortals(setting, sealer, count)
        await moveDeals(setting, added)
        progress('resting')
        await new Promise((resolve) => setTimeout(resolve, REST_MS))
        const { rss, heapUsed } = await setting.measured.collected()
        base ??= { rss, heapUsed }
        const each = (bytes: number) => (count === 1 ? '–' : (bytes / (count - 1) / 1024).toFixed(1))
        const shown = [(rss / MB).toFixed(0), (heapUsed / MB).toFixed(1)]
        row(String(count), ...shown, '', each(rss - base.rss), each(heapUsed - base.heapUsed))
      }
    },
  )
}

/** Portals up to that many, with the administrator's and an employee's access and a trigger. */
async function addPortals({ emulator, portals, db }: MeasuredSetting, sealer: Sealer, upTo: number): Promise<Portal[]> {
  const memberId = portals[0]?.memberId ?? ''
  const model = await db.selectFrom('portal').selectAll().where('member_id', '=', memberId).executeTakeFirstOrThrow()
  const { id: _, ...trigger } = await db
    .selectFrom('trigger')
    .selectAll()
    .where('portal', '=', memberId)
    .where('kind', '=', 'email-incoming')
    .executeTakeFirstOrThrow()
  const added: Portal[] = []
  while (portals.length < upTo) {
    progress(`${portals.length} of ${upTo} portals`)
    const portal = await emulator.addPortal({ limits: { enabled: false } })
    portal.beginInstall()
    portal.finishInstall()
    await db.transaction().execute(async (tx) => {
      const own = { member_id: portal.memberId, domain: portal.domain, endpoint: `${portal.url}/rest/` }
      await tx
        .insertInto('portal')
        .values({ ...model, ...own, application_token: portal.applicationToken })
        .execute()
      for (const userId of [SEED.users.admin, SEED.users.sam]) await giveAccess(tx, sealer, portal, userId)
      await tx
        .insertInto('trigger')
        .values({ ...trigger, portal: portal.memberId })
        .execute()
    })
    portals.push(portal)
    added.push(portal)
  }
  return added
}

async function giveAccess(db: MeasuredSetting['db'], sealer: Sealer, portal: Portal, userId: number): Promise<void> {
  const { AUTH_ID: accessToken, REFRESH_ID: refreshToken, AUTH_EXPIRES } = portal.openApp(userId).body
  const now = new Date()
  const owner = { portal: portal.memberId, userId, name: `User ${userId}`, admin: userId === SEED.users.admin }
  const expiresAt = new Date(now.getTime() + Number(AUTH_EXPIRES) * 1000)
  await storeAccess(db, sealer, owner, { accessToken, refreshToken, expiresAt, issuedAt: now }, now)
}

/** An e-mail for each of the portals, until its deal stands in the new stage. */
async function moveDeals({ balancer }: MeasuredSetting, portals: readonly Portal[]): Promise<void> {
  const left = [...portals]
  const runner = async () => {
    for (let portal = left.pop(); portal; portal = left.pop()) {
      progress(`${left.length} e-mails to go`)
      const { deal } = SEED.types
      const { partners } = SEED.pipelines
      const item = portal.act.createItem({ entityTypeId: deal, title: 'Deal', categoryId: partners })
      const { stageId } = item
      const { activityId } = portal.act.receiveMail({ bindings: [{ entityTypeId: deal, id: item.id }] })
      await postEvent(balancer.url, portal, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': String(activityId) })
      await until('the deal is moved', () => item.stageId !== stageId, 120)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runner))
}
