import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  type EncryptionKey,
  madeSecrets,
  readSecrets,
  type SecretsOfFolder,
  secretVariables,
} from './config-secrets.ts'
import type { LinkKeys } from './links.ts'

/** Everything that the operator decides (`design.md` 6). This file is the only reader of the environment. */
export type Config = Readonly<{
  production: boolean
  port: number
  host: string
  /** Our origin, without a trailing slash. */
  publicUrl: string
  /** The origin of tracked links; it may have a host of its own. */
  publicLinkUrl: string
  /** How many proxies stand before us. */
  trustProxy: number
  clientId: string
  clientSecret: string
  /** Origins of the only servers that ever get the secret; the first is the default. */
  oauthServers: readonly string[]
  allowHttp: boolean
  allowPrivate: boolean
  dataDir: string
  /** `null`: SQLite in `dataDir`. */
  databaseUrl: string | null
  /** The server itself, where `databaseUrl` is a pooler's; `null`: they are the same. */
  databaseDirectUrl: string | null
  /** Newest first. */
  encryptionKeys: readonly EncryptionKey[]
  /** Newest first; LINK_KEY is the oldest. */
  linkKeys: LinkKeys
  metricsToken: string | null
  /** Whom to tell of a weakness: an address beginning with mailto: or https:. */
  securityContact: string | null
  /** What the pages lead to, where the operator has it: documents, support, and what is done with data. */
  documentsUrl: string | null
  supportUrl: string | null
  privacyUrl: string | null
  /** `false`: this process only answers HTTP. */
  worker: boolean
  mailPollSeconds: number
  chatPollSeconds: number
  sweepSeconds: number
  /** Seconds since we first heard of a happening at which its bindings are looked at again. */
  lateBindingSeconds: readonly number[]
  clickHoldSeconds: number
  callRecheckSeconds: number
  settleSeconds: number
  /** How long after an uninstallation with its data the portal's rows go. */
  eraseDelaySeconds: number
  /** How long what is kept, days. The journal is the portal's own setting. */
  keepDays: Readonly<{ filtered: number; jobs: number; restLog: number }>
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}>

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment has faults; `message` lists all of them, each with what to do. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(['Stagecue cannot start:', ...faults.map((fault) => `- ${fault}`)].join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Reads `.env` of the folder, if there is one; variables that are already set win. */
export function readEnvironment(folder: string = process.cwd()): Environment {
  const file = join(folder, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  return process.env
}

/**
 * Checks the environment. Secrets that are missing outside production are made and kept in DATA_DIR, readable by the owner
 * only; `secretsOf` is for those who only look. Throws `ConfigError` with every fault at once.
 */
export function loadConfig(env: Environment, secretsOf: SecretsOfFolder = madeSecrets): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const read = environmentSchema.safeParse(given)
  const faults = read.error ? read.error.issues.map((issue) => `${issue.path[0]?.toString()} ${issue.message}`) : []
  faults.push(...faultsBetween(given))
  const secrets = readSecrets(given, secretsOf(given.DATA_DIR ?? defaultDataDir), faults)
  if (!read.data || !secrets || faults.length > 0) throw new ConfigError(faults)
  return { ...named(read.data), ...secrets }
}

const defaultDataDir = './data'

const missing = (advice: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? `is missing: ${advice}` : undefined),
})

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'], { error: 'must be true or false.' })
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true')

const whole = (fallback: number, min: number, max: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}.`,
    })
    .transform(Number)

const seconds = (fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d+(\.\d+)?$/.test(text) && Number(text) <= 86_400, {
      error: 'must be a number of seconds from 0 to 86400.',
    })
    .transform(Number)

const secondsList = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => /^\d+(\.\d+)?(\s*,\s*\d+(\.\d+)?)*$/.test(text), {
      error: `must be seconds separated by commas, such as ${fallback}.`,
    })
    .transform((text) => text.split(',').map(Number))

/** The origin of an address that has nothing but an origin; `null` otherwise. */
function bareOrigin(text: string): string | null {
  const url = URL.parse(text)
  if (url === null) return null
  const bare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return bare && /^https?:$/.test(url.protocol) ? url.origin : null
}

const origin = z.string().transform((text, context) => {
  const bare = bareOrigin(text)
  if (bare !== null) return bare
  context.addIssue({ code: 'custom', message: 'must be an address without a path, such as https://stagecue.example.' })
  return z.NEVER
})

const postgresAddress = (error: string) =>
  z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error, abort: true })
    .refine((text) => URL.parse(text) !== null, {
      error: 'is no address: signs such as @, / and # in user and password are written %40, %2F and %23.',
    })
    .optional()

const contact = (example: string) =>
  z
    .string()
    .trim()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, { error: `must be mailto:… or https://…, such as ${example}.` })
    .optional()

const environmentSchema = z.object({
  NODE_ENV: z.string().default(''),
  PORT: whole(3000, 0, 65_535),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z
    .string(missing('set it to the address at which portals and browsers reach us, such as https://stagecue.example.'))
    .pipe(origin),
  PUBLIC_LINK_URL: origin.optional(),
  TRUST_PROXY: whole(0, 0, 10),
  B24_CLIENT_ID: z.string(missing("copy the application's client_id from the portal or the partner cabinet.")),
  B24_CLIENT_SECRET: z.string(missing("copy the application's client_secret from the portal or the partner cabinet.")),
  B24_OAUTH_SERVERS: z
    .string()
    .default('https://oauth.bitrix.info,https://oauth.bitrix24.tech')
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(origin).min(1)),
  B24_ALLOW_HTTP: flag(false),
  B24_ALLOW_PRIVATE: flag(false),
  DATA_DIR: z.string().default(defaultDataDir),
  DATABASE_URL: postgresAddress('must begin with postgres://. Leave it out to use SQLite.'),
  DATABASE_DIRECT_URL: postgresAddress(
    'must begin with postgres://. Leave it out where no pooler stands before the server.',
  ),
  METRICS_TOKEN: z
    .string()
    .min(16, { error: 'must have 16 characters or more. Leave it out to switch /metrics off.' })
    .optional(),
  SECURITY_CONTACT: contact('mailto:security@stagecue.example'),
  DOCS_URL: contact('https://stagecue.example/docs'),
  SUPPORT_URL: contact('mailto:support@stagecue.example'),
  PRIVACY_URL: contact('https://stagecue.example/privacy'),
  WORKER: flag(true),
  MAIL_POLL_SECONDS: seconds(60),
  CHAT_POLL_SECONDS: seconds(60),
  SWEEP_SECONDS: seconds(300),
  LATE_BINDING_SECONDS: secondsList('3,15,60'),
  CLICK_HOLD_SECONDS: seconds(5),
  CALL_RECHECK_SECONDS: seconds(10),
  SETTLE_SECONDS: seconds(65),
  // Bitrix24 and our documents promise the hour; the round that erases takes a minute, and turns may wait.
  ERASE_DELAY_SECONDS: whole(3000, 1, 3300),
  FILTERED_DAYS: whole(7, 1, 365),
  WORK_DAYS: whole(3, 1, 365),
  // The Market demands three days of it.
  REST_LOG_DAYS: whole(3, 3, 365),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent.',
    })
    .default('info'),
})

/** The names of all variables that are read. */
export const variables: ReadonlySet<string> = new Set([...Object.keys(environmentSchema.shape), ...secretVariables])

/** What one variable demands of another; looked at even when others are wrong, so that all faults come at once. */
function faultsBetween(given: Environment): string[] {
  const faults: string[] = []
  if (given.B24_ALLOW_HTTP !== 'true') {
    for (const name of ['PUBLIC_URL', 'PUBLIC_LINK_URL', 'B24_OAUTH_SERVERS']) {
      if (!/(^|,)\s*http:/i.test(given[name] ?? '')) continue
      faults.push(`${name} must begin with https://. For trials without TLS set B24_ALLOW_HTTP=true.`)
    }
  }
  if (given.PUBLIC_LINK_URL !== undefined && hostOf(given.PUBLIC_LINK_URL) === hostOf(given.PUBLIC_URL)) {
    faults.push('PUBLIC_LINK_URL must have a host of its own. Leave it out to keep tracked links at PUBLIC_URL.')
  }
  if (given.DATABASE_DIRECT_URL !== undefined && given.DATABASE_URL === undefined) {
    faults.push("DATABASE_DIRECT_URL names the server behind DATABASE_URL's pooler: set both, or leave it out.")
  }
  if (given.WORKER === 'false' && given.DATABASE_URL === undefined) {
    faults.push('WORKER can be false only with PostgreSQL: set DATABASE_URL, or leave WORKER out.')
  }
  return faults
}

function hostOf(address = ''): string | undefined {
  return URL.parse(address)?.hostname
}

function named(env: z.output<typeof environmentSchema>): Omit<Config, 'encryptionKeys' | 'linkKeys'> {
  return {
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.PUBLIC_URL,
    publicLinkUrl: env.PUBLIC_LINK_URL ?? env.PUBLIC_URL,
    trustProxy: env.TRUST_PROXY,
    clientId: env.B24_CLIENT_ID,
    clientSecret: env.B24_CLIENT_SECRET,
    oauthServers: env.B24_OAUTH_SERVERS,
    allowHttp: env.B24_ALLOW_HTTP,
    allowPrivate: env.B24_ALLOW_PRIVATE,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL ?? null,
    databaseDirectUrl: env.DATABASE_DIRECT_URL ?? null,
    metricsToken: env.METRICS_TOKEN ?? null,
    securityContact: env.SECURITY_CONTACT ?? null,
    documentsUrl: env.DOCS_URL ?? null,
    supportUrl: env.SUPPORT_URL ?? null,
    privacyUrl: env.PRIVACY_URL ?? null,
    worker: env.WORKER,
    mailPollSeconds: env.MAIL_POLL_SECONDS,
    chatPollSeconds: env.CHAT_POLL_SECONDS,
    sweepSeconds: env.SWEEP_SECONDS,
    lateBindingSeconds: env.LATE_BINDING_SECONDS,
    clickHoldSeconds: env.CLICK_HOLD_SECONDS,
    callRecheckSeconds: env.CALL_RECHECK_SECONDS,
    settleSeconds: env.SETTLE_SECONDS,
    eraseDelaySeconds: env.ERASE_DELAY_SECONDS,
    keepDays: { filtered: env.FILTERED_DAYS, jobs: env.WORK_DAYS, restLog: env.REST_LOG_DAYS },
    logLevel: env.LOG_LEVEL,
  }
}
