import { dismissUser, grantStageRight, revokeStageRight } from '../../acts/settings.ts'
import { deleteSmartProcess, switchOffClientField, switchOffStages } from '../../acts/structure.ts'
import { SEED } from '../../seed/names.ts'
import type { ActGroup } from './act.ts'

const { users, types } = SEED

/** What administrators do to CRM. */
export const SETTINGS: ActGroup = {
  id: 'process',
  choice: { label: 'process', from: 'processes' },
  acts: {
    'process-delete': (portal, _client, id) => deleteSmartProcess(portal, Number(id)),
    'process-client': (portal, _client, id) => switchOffClientField(portal, Number(id)),
    'process-stages': (portal, _client, id) => switchOffStages(portal, Number(id)),
  },
}

/** What becomes of Sam. */
export const STAFF: ActGroup = {
  id: 'staff',
  acts: {
    'staff-no-winning': (portal) => revokeStageRight(portal, users.sam, types.deal, 'C4:WON'),
    'staff-winning': (portal) => grantStageRight(portal, users.sam, types.deal, 'C4:WON'),
    'staff-dismiss': (portal) => dismissUser(portal, users.sam),
  },
}
