import type { Config } from '../config.ts'
import { type Finding, fault, fine } from './finding.ts'

const about = 'clock'

/** A header tells whole seconds, and was written before it arrived; leases and tokens stand this much, seconds. */
const STANDS_SECONDS = 10

const TIMEOUT_MS = 5000

/** Compares this machine's clock with the OAuth servers'; says nothing where none tells the time. */
export async function clockFindings({ oauthServers }: Config, clock: () => Date): Promise<readonly Finding[]> {
  const differences = await Promise.all(
    oauthServers.map(async (server) => differenceFrom(await dateOf(server), clock())),
  )
  const [first] = differences.filter((difference) => difference !== null)
  return first === undefined ? [] : [clockFinding("Bitrix24's", first)]
}

/** `ahead`: by how many seconds this machine is ahead of the other clock. */
export function clockFinding(whose: string, ahead: number): Finding {
  const seconds = Math.round(Math.abs(ahead))
  if (seconds <= STANDS_SECONDS) return fine(about, `agrees with ${whose}`)
  const way = ahead > 0 ? 'ahead of' : 'behind'
  return fault(
    about,
    `This machine's clock is ${seconds} seconds ${way} ${whose}.`,
    'Switch NTP on, such as by "timedatectl set-ntp true".',
  )
}

function differenceFrom(theirs: Date | null, ours: Date): number | null {
  return theirs && (ours.getTime() - theirs.getTime()) / 1000
}

async function dateOf(server: string): Promise<Date | null> {
  const response = await fetch(server, {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null)
  const date = new Date(response?.headers.get('date') ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date
}
