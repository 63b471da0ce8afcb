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
