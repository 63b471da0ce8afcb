import { placementsWanted } from '../../../install/placements-wanted.ts'
import { placementRows, reconcilePlacements } from '../../../install/reconcile-placements.ts'
import { readItemTypes } from '../../bitrix24/directory/item-types.ts'
import { passingOf } from '../../bitrix24/errors/passing.ts'
import type { JobHandler } from '../../engine/context.ts'
import type { Services } from '../../services.ts'
import { completeJobs } from '../../store/jobs.ts'

export const REBIND_PLACEMENTS = 'rebind-placements' as const

/**
 * Job `rebind-placements`: the portal has a new type of items (ONCRMTYPEADD); its automation gets our button and its card our tab. The
 * types are read afresh: the directory of the pages may be a minute old.
 */
export function rebindPlacements({ config, log }: Pick<Services, 'config' | 'log'>): JobHandler {
  return async (context, rows) => {
    const { memberId, scope } = context.portal
    const done = (reason: string) => context.commit((tx) => completeJobs(tx, rows, reason, context.clock()))
    if (!scope.includes('placement')) return done('no-scope')
    const client = await context.clients.asReader(memberId, 'work')
    const types = await readItemTypes(client)
    if (!types.ok) return done(`missing ${types.missing}`)
    const { result } = await client.call('placement.get')
    const wanted = placementsWanted(types.value.map(({ entityTypeId }) => entityTypeId))
    const report = await reconcilePlacements(client, placementRows(result), wanted, `${config.publicUrl}/app`)
    const codes = report.errors.map(({ code }) => code)
    if (codes.length > 0) log.warn({ portal: memberId, codes }, 'The portal does not take all buttons and tabs')
    const fault = passingOf(report.errors)
    if (fault) throw fault
    return done(codes.length > 0 ? 'refused' : 'bound')
  }
}
