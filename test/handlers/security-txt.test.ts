import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../rig.ts'

const now = new Date('2026-08-29T07:00:00.000Z')

describe('GET /.well-known/security.txt', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({
      env: { SECURITY_CONTACT: 'mailto:security@stagecue.example' },
      install: false,
      clock: () => now,
    })
  })
  afterAll(() => rig.stop())

  it('says whom to tell, and until when that holds', async () => {
    const response = await fetch(`${rig.url}/.well-known/security.txt`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    const fields = new Map(
      (await response.text())
        .trim()
        .split('\n')
        .map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]),
    )
    expect(Object.fromEntries(fields)).toEqual({
      Contact: 'mailto:security@stagecue.example',
      Expires: '2027-02-25T00:00:00Z',
      'Preferred-Languages': 'en, ru, de',
      Canonical: `${rig.url}/.well-known/security.txt`,
    })
  })

  it('and every answer forbids what our pages never ask a browser for', async () => {
    for (const path of ['/health', '/app', '/nothing', '/.well-known/security.txt']) {
      const policy = (await fetch(rig.url + path)).headers.get('permissions-policy')
      for (const feature of ['camera', 'microphone', 'geolocation', 'payment'])
        expect(policy).toContain(`${feature}=()`)
    }
  })
})
