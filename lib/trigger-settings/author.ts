import type { PortalClients } from '../bitrix24/client/portal-clients.ts'
import type { Directory } from '../bitrix24/directory/index.ts'
import type { Portal } from '../domain/portal.ts'
import type { Role } from '../domain/role.ts'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import type { Language } from '../texts/translate.ts'

/** Who sets a trigger, in which portal; the language is that of a name that nobody gave. */
export type Author = Readonly<{
  portal: Pick<Portal, 'memberId'>
  user: Readonly<{ userId: number }>
  role: Role
  language: Language
}>

/** What a trigger is checked with. */
export type CheckParts = Readonly<{
  db: Db
  directory: Directory
  clients: Pick<PortalClients, 'asReader'>
  log: Pick<Log, 'warn'>
}>
