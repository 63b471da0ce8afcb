import { isIP } from 'node:net'
import { sql } from 'kysely'
import { hostOf, isPrivate } from '../bitrix24/address.ts'
import { type Db, openBeside } from '../store/database.ts'
import { clockFinding } from './clock.ts'
import { type Fault, type Finding, fault } from './finding.ts'

const about = 'database'

/** What a process opens (`lib/store/database.ts`), and a second one while the first is replaced. */
const CONNECTIONS = 20

/** Oldest version that Stagecue runs on, as the server numbers it. */
const OLDEST = 140_000

/** PostgreSQL as the process would meet it, in the role that it has. `examine` says more of one whose rows may be read. */
export async function postgresFindings(
  databaseUrl: string,
  clock: () => Date,
  examine: (db: Db) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const open = networkFault(new URL(databaseUrl))
  const db = openBeside({ databaseUrl })
  try {
    const facts = await askFacts(db)
    const faults = [...open, ...serverFaults(facts)]
    const ahead = (clock().getTime() - new Date(facts.now).getTime()) / 1000
    const time = clockFinding("PostgreSQL's", ahead)
    const content = faults.length > open.length ? [] : await examine(db)
    return [...faults, ...(time.ok ? [] : [time]), ...content]
  } catch (error) {
    return [...open, connectionFault(error as Error & { code?: string })]
  } finally {
    await db.destroy()
  }
}

/** What a server says of itself and of our role. */
export type Facts = Readonly<{
  version: number
  recovering: boolean
  readOnly: boolean
  mayCreate: boolean
  /** Tables of ours that the role may not change. */
  closed: number
  freeConnections: number
  now: string
}>

async function askFacts(db: Db): Promise<Facts> {
  const { rows } = await sql<Facts>`select
    current_setting('server_version_num')::int as version,
    pg_is_in_recovery() as recovering,
    current_setting('default_transaction_read_only') = 'on' as "readOnly",
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as "mayCreate",
    (select count(*)::int from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and not pg_has_role(c.relowner, 'USAGE')) as closed,
    current_setting('max_connections')::int - (select count(*)::int from pg_stat_activity) as "freeConnections",
    to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`.execute(db)
  const [facts] = rows
  if (!facts) throw new Error('PostgreSQL told nothing of itself')
  return facts
}

/** What keeps Stagecue from working on this server. */
export function serverFaults(facts: Facts): Fault[] {
  const faults: Fault[] = []
  const add = (isWrong: boolean, what: string, advice: string) => {
    if (isWrong) faults.push(fault(about, what, advice))
  }
  add(
    facts.version < OLDEST,
    `PostgreSQL ${Math.floor(facts.version / 10_000)} is too old.`,
    'Bring it to version 14 or newer.',
  )
  add(facts.recovering, 'This is a standby, which takes no writes.', 'Let DATABASE_URL name the primary.')
  add(
    facts.readOnly && !facts.recovering,
    'The role may only read.',
    'Run: alter role … set default_transaction_read_only = off',
  )
  add(
    !facts.mayCreate,
    'The role may not make tables.',
    'Run: grant create on schema public to the role, or make it the owner of the database.',
  )
  add(
    facts.closed > 0,
    `${facts.closed} tables belong to another role.`,
    'Run: reassign owned by that role to the role of DATABASE_URL.',
  )
  add(
    facts.freeConnections < CONNECTIONS,
    `Only ${facts.freeConnections} connections are free.`,
    `Raise max_connections: a process takes up to ten, and a second one stands beside it while it is replaced.`,
  )
  return faults
}

/** Without TLS password and tokens are readable on the way; on the machine itself there is none. */
function networkFault(url: URL): Fault[] {
  const host = hostOf(url)
  const isHere = host === '' || host === 'localhost' || host === '::1' || host.startsWith('127.')
  const mode = url.searchParams.get('sslmode') ?? 'disable'
  const isSafe = ['verify-full', 'verify-ca', 'require'].includes(mode)
  // A name without a dot is known in a network of one's own alone, such as that of containers.
  const isOwn = isIP(host) === 0 ? !host.includes('.') : isPrivate(host)
  if (isHere || isSafe || isOwn) return []
  return [fault(about, `What goes to ${host} is not encrypted.`, 'Add ?sslmode=verify-full to DATABASE_URL.')]
}

const byCode: Readonly<Record<string, [what: string, advice: string]>> = {
  '28P01': [
    'PostgreSQL refuses the password.',
    'Correct it in DATABASE_URL; signs such as @ and / are written %40 and %2F there.',
  ],
  '28000': ['PostgreSQL does not let this role in from here.', 'Correct the role in DATABASE_URL, or pg_hba.conf.'],
  '3D000': ['There is no database of this name.', 'Run: createdb, or correct the name in DATABASE_URL.'],
  '53300': ['PostgreSQL has no connection left.', 'Raise max_connections, or see who keeps them.'],
  '57P03': ['PostgreSQL is starting or stopping.', 'Wait, and run this again.'],
  '42501': ['The role may not look into the database.', 'Make the role the owner of the database.'],
  ECONNREFUSED: ['Nobody listens at the address of DATABASE_URL.', 'Start PostgreSQL, or correct host and port.'],
  ENOTFOUND: ['The host of DATABASE_URL is not known.', 'Correct it, or enter it in DNS.'],
}

function connectionFault({ code, message }: Error & { code?: string }): Fault {
  const [what, advice] = byCode[code ?? ''] ?? [
    `PostgreSQL cannot be used (${code ?? message}).`,
    'See that host and port of DATABASE_URL can be reached, and what the log of PostgreSQL says.',
  ]
  return fault(about, what, advice)
}
