import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

export type Log = Logger

/**
 * Names under which secrets travel: ours, Bitrix24's (`platform.md` 1.3, 2.1, 3.3) and HTTP's. Nothing is logged that holds
 * them; should a later hand do it all the same, these paths are blanked. Text inside messages is not searched.
 */
const SECRET_NAMES = [
  'access_token',
  'refresh_token',
  'application_token',
  'client_secret',
  'accessToken',
  'refreshToken',
  'applicationToken',
  'clientSecret',
  'AUTH_ID',
  'REFRESH_ID',
  'APPLICATION_TOKEN',
  'authId',
  'refreshId',
  'auth',
  'token',
  'authorization',
  'cookie',
  'encryptionKeys',
  'linkKeys',
  'metricsToken',
  'databaseUrl',
  'databaseDirectUrl',
]

/** Lines of JSON on standard output. `destination` is for tests. */
export function createLog(config: Pick<Config, 'logLevel'>, destination?: { write(line: string): void }): Log {
  const options = {
    level: config.logLevel,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** An error as a log may show it. */
export type DescribedError = Readonly<{ name: string; code?: string; at?: readonly string[] }>

/** What a log may say of an error: its name, code and where it was thrown; messages of others may hold anything, so they stay out. */
export function describeError(thrown: unknown): DescribedError {
  if (!(thrown instanceof Error)) return { name: typeof thrown }
  const code = (thrown as { code?: unknown }).code
  // A message of several lines stands in the stack before its frames.
  const frames = thrown.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  const at = frames.slice(0, 8).map((line) => line.trim())
  return { name: thrown.name, ...(typeof code === 'string' && { code }), at }
}
