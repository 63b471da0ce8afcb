import { type Config, ConfigError, type Environment, loadConfig, variables } from '../config.ts'
import { keptSecrets } from '../config-secrets.ts'
import { type Fault, type Finding, fault, faultsOr } from './finding.ts'

const about = 'environment'

/** Reads the environment without making keys; `config` is null while it has faults that keep Stagecue from starting. */
export function readConfig(env: Environment): { config: Config | null; findings: readonly Finding[] } {
  const misspelt = misspeltNames(env)
  try {
    const config = loadConfig(env, keptSecrets)
    return { config, findings: faultsOr(about, [...misspelt, ...contradictions(config, env)], 'complete') }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const faults = error.faults.map((text) => fault(about, ...inTwo(text)))
    return { config: null, findings: [...faults, ...misspelt] }
  }
}

/** What nobody reads: a name of our own kind that is written wrong, so that its default holds. */
function misspeltNames(env: Environment): Fault[] {
  const ours = /^(B24|STAGECUE|PUBLIC|ENCRYPTION|LINK|METRICS)_/
  return Object.keys(env)
    .filter((name) => ours.test(name) && !variables.has(name))
    .map((name) => fault(about, `${name} is no variable of Stagecue.`, 'Correct its name as .env.example writes it.'))
}

/** What starts, and is a mistake all the same. */
function contradictions({ clientId, clientSecret, encryptionKeys, production }: Config, env: Environment): Fault[] {
  const faults: Fault[] = []
  if (clientId === clientSecret)
    faults.push(
      fault(about, 'B24_CLIENT_ID and B24_CLIENT_SECRET are the same.', 'Copy both anew from the partner cabinet.'),
    )
  for (const [name, value] of Object.entries({ B24_CLIENT_ID: clientId, B24_CLIENT_SECRET: clientSecret })) {
    if (/^[\w.-]+$/.test(value)) continue
    faults.push(
      fault(about, `${name} has signs that Bitrix24's keys do not have.`, 'Copy it without quotes, blanks and commas.'),
    )
  }
  const sealing = new Set(encryptionKeys.map(({ key }) => key.toString('base64')))
  const linking = [env.LINK_KEY, ...(env.LINK_KEYS ?? '').split(',').map((part) => part.trim().split(':')[1])]
  if (linking.some((secret) => secret !== undefined && sealing.has(secret.trim())))
    faults.push(
      fault(
        about,
        'ENCRYPTION_KEYS and LINK_KEYS share a key.',
        'Put a new key in front of LINK_KEYS: who gets one of them must not have both.',
      ),
    )
  if (sealing.size < encryptionKeys.length)
    faults.push(fault(about, 'ENCRYPTION_KEYS has the same key twice.', 'Make each of them anew.'))
  if (production && env.B24_ALLOW_HTTP === 'true')
    faults.push(
      fault(about, 'B24_ALLOW_HTTP is on in production.', 'Take it away: tokens would go over the network unsealed.'),
    )
  return faults
}

/** A fault of the environment tells after the first colon or sentence what to do. */
function inTwo(text: string): [what: string, advice: string] {
  const end = text.search(/[.:]\s/) + 1
  const [what, advice] = end > 0 ? [text.slice(0, end), text.slice(end).trim()] : [text, '']
  return [what.replace(/:$/, '.'), advice === '' ? 'Correct it.' : `${advice[0]?.toUpperCase()}${advice.slice(1)}`]
}
