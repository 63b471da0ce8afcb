import type { EmulatorState, PortalState } from '../state.ts'

/** The OAuth server that a portal belongs to, by the switch `oauthServer` (platform.md 2.1). The other knows nothing of it. */
export function serverOf({ emulator, switches }: PortalState): string {
  return switches.oauthServer === 'the other' ? emulator.otherOauthUrl : emulator.oauthUrl
}

/** `server_endpoint` of a portal. */
export function serverEndpoint(portal: PortalState): string {
  return `${serverOf(portal)}/rest/`
}

/** The portals that a server knows. */
export function portalsOf(emulator: EmulatorState, server: string): PortalState[] {
  return emulator.portals.filter((portal) => serverOf(portal) === server)
}
