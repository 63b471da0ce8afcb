import { dismissUser, grantStageRight, revokeStageRight } from '../../acts/settings.ts'
import { deleteSmartProcess, switchOffClientField, switchOffStages } from '../../acts/structure.ts'
import { SEED } from '../../seed/names.ts'
import type { ActGroup } from './act.ts'

const { users, types } = SEED

/** What administrators do to CRM. */
export const SETTINGS: ActGroup = {
  title: 'Smart process',
  choice: { label: 'Process', from: 'processes' },
  acts: {
    'process-delete': {
      label: 'Is deleted',
      who: 'The smart process',
      told: 'was deleted, with all its items.',
      run: (portal, _client, id) => deleteSmartProcess(portal, Number(id)),
    },
    'process-client': {
      label: 'Loses its client field',
      who: 'The smart process',
      told: 'has no clients any more.',
      run: (portal, _client, id) => switchOffClientField(portal, Number(id)),
    },
    'process-stages': {
      label: 'Loses its stages',
      who: 'The smart process',
      told: 'has no stages any more.',
      run: (portal, _client, id) => switchOffStages(portal, Number(id)),
    },
  },
}

/** What becomes of Sam. */
export const STAFF: ActGroup = {
  title: 'Sam',
  acts: {
    'staff-no-winning': {
      label: 'May not win deals of Partners',
      who: 'Sam',
      told: 'may not win deals of Partners any more.',
      run: (portal) => revokeStageRight(portal, users.sam, types.deal, 'C4:WON'),
    },
    'staff-winning': {
      label: 'May win them again',
      who: 'Sam',
      told: 'may win deals of Partners again.',
      run: (portal) => grantStageRight(portal, users.sam, types.deal, 'C4:WON'),
    },
    'staff-dismiss': {
      label: 'Is dismissed',
      who: 'Sam',
      told: 'does not work here any more.',
      run: (portal) => dismissUser(portal, users.sam),
    },
  },
}
