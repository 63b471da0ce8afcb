import { hkdfSync } from 'node:crypto'

/** What one of LINK_KEYS is used for, each use with a key of its own. */
export type LinkKey = Readonly<{
  /** Stands in each token that it sealed; of two keys with the same mark both are tried. */
  mark: Buffer
  sealing: Buffer
  naming: Buffer
  /** Signed the tokens of earlier versions. */
  signing: Buffer
}>

/** `secret`: the 32 bytes of LINK_KEY or of one of LINK_KEYS. The mark comes of the secret, so that its id there may be changed. */
export function linkKey(secret: Buffer): LinkKey {
  const derive = (use: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `tracked link ${use}`, bytes))
  return {
    mark: derive('mark', MARK_BYTES),
    sealing: derive('sealing', 32),
    naming: derive('naming', 32),
    signing: secret,
  }
}

export const MARK_BYTES = 2
