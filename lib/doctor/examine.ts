import type { Config, Environment } from '../config.ts'
import { clockFindings } from './clock.ts'
import { contentFindings } from './content.ts'
import { readConfig } from './environment.ts'
import { builtPages, diskFinding, roomOf, secretFiles } from './files.ts'
import type { Finding } from './finding.ts'
import { oauthFindings } from './oauth-keys.ts'
import { postgresFindings } from './postgres.ts'
import { addressFindings } from './public-address.ts'
import { sqliteFindings } from './sqlite.ts'

export type Patient = Readonly<{
  env: Environment
  /** Where `.env` is read. */
  folder: string
  /** What the build of the pages writes last. */
  pagesManifest: string
  clock: () => Date
}>

/** Looks at an installation and changes nothing. Without an environment that holds nothing else can be looked at. */
export async function examine({ env, folder, pagesManifest, clock }: Patient): Promise<readonly Finding[]> {
  const { config, findings } = readConfig(env)
  if (!config) return findings
  const examined = await Promise.all([
    oauthFindings(config, clock),
    clockFindings(config, clock),
    storeFindings(config, clock),
    addressFindings(config, clock()),
  ])
  return [...findings, ...secretFiles(config, folder), builtPages(pagesManifest), ...examined.flat()]
}

async function storeFindings(config: Config, clock: () => Date): Promise<readonly Finding[]> {
  const { databaseUrl, dataDir } = config
  const examine = (db: Parameters<typeof contentFindings>[1]) => contentFindings(config, db)
  if (databaseUrl !== null) return postgresFindings(databaseUrl, clock, examine)
  const found = await sqliteFindings(dataDir, examine)
  return [...found, diskFinding(dataDir, await roomOf(dataDir))]
}
