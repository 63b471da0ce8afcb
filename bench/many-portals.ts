import { randomBytes } from 'node:crypto'
import { keyListSchema } from '../lib/config-secrets.ts'
import { storeAccess } from '../lib/store/access.ts'
import { createSealer, type Sealer } from '../lib/store/sealing.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { type MeasuredSetting, startMeasuredSetting } from './measured-setting.ts'
import { moveByMail } from './move-by-mail.ts'
import { progress } from './print.ts'
import { whileOpen } from './while-open.ts'

const AT_ONCE = 20

/** A setting for many portals: the keys are known here, so that accesses can be written straight into its store. */
export async function whileManyOpen(act: (setting: MeasuredSetting, sealer: Sealer) => Promise<void>): Promise<void> {
  const keys = `k1:${randomBytes(32).toString('base64')}`
  const sealer = createSealer(keyListSchema.parse(keys))
  await whileOpen(
    startMeasuredSetting({ env: { ENCRYPTION_KEYS: keys } }),
    (setting) => setting.close(),
    (setting) => act(setting, sealer),
  )
}

/**
 * Portals up to that many. The first one is installed as people do it; the others exist in the emulator too, but their rows are copies of the
 * first one's, written straight into the store, with the administrator's and an employee's access and a trigger.
 */
export async function addPortals(
  { emulator, portals, db }: MeasuredSetting,
  sealer: Sealer,
  upTo: number,
): Promise<Portal[]> {
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
export async function moveDeals({ balancer }: MeasuredSetting, portals: readonly Portal[]): Promise<void> {
  const left = [...portals]
  const runner = async () => {
    for (let portal = left.pop(); portal; portal = left.pop()) {
      progress(`${left.length} e-mails to go`)
      await moveByMail(portal, { url: balancer.url, seconds: 120 })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runner))
}
