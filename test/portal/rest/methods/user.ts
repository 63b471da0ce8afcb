import type { PortalState } from '../../state.ts'
import type { User } from '../../world/user.ts'
import type { Columns } from '../filter/column-tests.ts'
import { type Row, readFilter } from '../filter/read-filter.ts'
import { legacyPage, sortRows } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam } from '../params.ts'
import { asMap } from '../php.ts'

/** Any of these opens `user.get`; `user_brief` shows neither e-mail nor telephone (platform.md 5.8). */
const USER_SCOPES = ['user', 'user_basic', 'user_brief']

export const user: Methods = {
  profile: { scopes: ['basic'], run: ({ portal, user }) => ({ result: profile(portal, user) }) },
  'user.admin': { scopes: ['basic'], run: ({ user }) => ({ result: user.admin }) },
  'user.current': { scopes: USER_SCOPES, run: (call) => ({ result: userRow(call, call.user) }) },
  'user.get': { scopes: USER_SCOPES, intranetOnly: true, run: listUsers },
}

function profile({ world, switches }: PortalState, user: User): Row {
  const { id, admin, name, lastName } = user
  return {
    ID: String(id),
    ADMIN: admin,
    NAME: name,
    LAST_NAME: lastName,
    PERSONAL_GENDER: '',
    TIME_ZONE: switches.readerZoneOffset === 0 ? '' : zoneName(world.offsetMinutes / 60 + switches.readerZoneOffset),
  }
}

/** A zone that is so many hours east of UTC; names of this kind count the other way. Empty: the server's own. */
function zoneName(hours: number): string {
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
}

/** Employees and guests; no bots, customers and system users. */
function listUsers(call: Call): Outcome {
  const { params, portal } = call
  const filter = asMap(legacyParam(params, 'FILTER'))
  const search = String(filter.NAME_SEARCH ?? '').toLowerCase()
  const rows = [...portal.world.users.values()]
    .filter((user) => user.type === 'employee' || user.type === 'extranet')
    .filter((user) => `${user.name} ${user.lastName}`.toLowerCase().includes(search))
    .map((user) => userRow(call, user))
    .filter(readFilter(filter, { columns: COLUMNS, layer: 'legacy', clockMinutes: 0 }))
  const sort = String(legacyParam(params, 'sort') ?? 'ID')
  const sorted = sortRows(rows, { [sort]: legacyParam(params, 'order') ?? 'ASC' }, {})
  const { rows: result, ...counts } = legacyPage(sorted, params.start, portal.switches.pastEndPage)
  return { result, ...counts }
}

/** NAME_SEARCH is looked at apart. */
const COLUMNS: Columns = {
  ID: 'number',
  ACTIVE: 'flag',
  NAME: 'text',
  LAST_NAME: 'text',
  SECOND_NAME: 'text',
  WORK_POSITION: 'text',
  USER_TYPE: 'text',
  EMAIL: 'text',
}

function userRow({ token }: Call, user: User): Row {
  const brief = {
    ID: String(user.id),
    ACTIVE: user.active,
    NAME: user.name,
    LAST_NAME: user.lastName,
    SECOND_NAME: '',
    PERSONAL_PHOTO: null,
    WORK_POSITION: '',
    UF_DEPARTMENT: user.type === 'extranet' ? [] : [1],
    USER_TYPE: user.type,
  }
  return token.scope.includes('user') ? { ...brief, EMAIL: user.email } : brief
}
