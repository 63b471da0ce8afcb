import { stageKey } from '../world/ids.ts'
import { employeeRights } from '../world/rights.ts'
import type { Rights, User, UserType } from '../world/user.ts'
import { SEED } from './names.ts'

const id = SEED.users

/** The staff, one guest of the extranet, a bot, and a customer who writes through a messenger. */
export function seedUsers(): User[] {
  return [
    user(id.admin, 'Ada', 'Admin', { admin: true, rights: everything() }),
    user(id.deputy, 'Dora', 'Deputy', { admin: true, rights: everything() }),
    user(id.sam, 'Sam', 'Seller', {}),
    user(id.ines, 'Ines', 'Seller', {}),
    user(id.ownOnly, 'Otto', 'Own', { rights: { read: 'own', edit: 'own' } }),
    user(id.noCrm, 'Nora', 'None', { rights: { read: 'none', edit: 'none' } }),
    user(id.readOnly, 'Rita', 'Reader', { rights: { edit: 'none' } }),
    user(id.noClosing, 'Nick', 'Junior', { rights: { forbiddenStages: successStagesOfDeals() } }),
    user(id.supervisor, 'Sue', 'Supervisor', { rights: { telephonyStatistics: true, openLineHistory: true } }),
    user(id.dismissed, 'Dan', 'NotFoundError', { active: false }),
    user(id.extranet, 'Eve', 'Guest', { type: 'extranet', rights: { read: 'none', edit: 'none' } }),
    user(id.bot, 'Helpful', 'Bot', { type: 'bot', rights: { read: 'none', edit: 'none' } }),
    user(id.kimAsUser, 'Kim', 'Client', { type: 'connector', rights: { read: 'none', edit: 'none' } }),
  ]
}

interface Special {
  admin?: boolean
  active?: boolean
  type?: UserType
  rights?: Partial<Rights>
}

function user(id: number, name: string, lastName: string, special: Special): User {
  const { admin = false, active = true, type = 'employee', rights = {} } = special
  const email = `${name.toLowerCase()}@acme.example`
  return { id, name, lastName, email, type, admin, active, rights: employeeRights(rights) }
}

function everything(): Partial<Rights> {
  return { telephonyStatistics: true, manageNumbers: true, openLineHistory: true }
}

function successStagesOfDeals(): Set<string> {
  return new Set([stageKey(SEED.types.deal, 'WON'), stageKey(SEED.types.deal, 'C4:WON')])
}
