import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSealer } from '../../../lib/store/sealing.ts'

const key = (id: string) => ({ id, key: randomBytes(32) })
const owner = { portal: 'p1', userId: 15, use: 'access' as const }

describe('a sealed token', () => {
  const [old, newest] = [key('k1'), key('k2')]
  const sealer = createSealer([newest, old])

  it('opens for its owner and does not show its text', () => {
    const { keyId, box } = sealer.seal(owner, 'secret token')
    expect(sealer.open(owner, keyId, box)).toBe('secret token')
    expect(Buffer.from(box, 'base64').toString('latin1')).not.toContain('secret')
  })

  it('is sealed with the newest key, and old ones still open theirs', () => {
    const before = createSealer([old]).seal(owner, 'kept')
    expect(sealer.seal(owner, 'x').keyId).toBe('k2')
    expect(sealer.open(owner, before.keyId, before.box)).toBe('kept')
  })

  it('never looks the same twice', () => {
    expect(sealer.seal(owner, 'same').box).not.toBe(sealer.seal(owner, 'same').box)
  })

  it.each([
    ['another portal', { ...owner, portal: 'p2' }],
    ['another user', { ...owner, userId: 16 }],
    ['another column', { ...owner, use: 'refresh' as const }],
  ])('does not open in the row of %s', (_, other) => {
    const { keyId, box } = sealer.seal(owner, 'secret')
    expect(() => sealer.open(other, keyId, box)).toThrow()
  })

  it('does not open after a change', () => {
    const { keyId, box } = sealer.seal(owner, 'secret')
    const bytes = Buffer.from(box, 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    expect(() => sealer.open(owner, keyId, bytes.toString('base64'))).toThrow()
  })

  it('says which key is missing', () => {
    const { keyId, box } = sealer.seal(owner, 'secret')
    expect(() => createSealer([old]).open(owner, keyId, box)).toThrow(/key k2, which is not in ENCRYPTION_KEYS/)
  })

  it('needs at least one key, and keys of 32 bytes', () => {
    expect(() => createSealer([])).toThrow('no key')
    expect(() => createSealer([{ id: 'short', key: randomBytes(16) }])).toThrow(
      'key short must have 32 bytes, it has 16',
    )
  })
})
