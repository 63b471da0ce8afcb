import { describe, expect, it } from 'vitest'
import { groupClicks } from '../../../lib/engine/sources/click/click-groups.ts'
import type { HeldClick } from '../../../lib/engine/sources/click/held-click.ts'

const start = Date.parse('2026-08-29T07:00:00.000Z')
let last = 0

/** A click so many milliseconds after the first one. */
function click(ms: number, change: Partial<HeldClick> = {}): HeldClick {
  last += 1
  return {
    entityTypeId: 2,
    itemId: 31,
    link: 'one',
    click: `c${last}`,
    target: 'https://acme.example/',
    at: new Date(start + ms).toISOString(),
    head: false,
    scanner: false,
    ...change,
  }
}

/** `person` for each click that counts for itself, `machine:n` for what machines did. */
const verdict = (...held: HeldClick[]) =>
  groupClicks(held, 5000).map(({ machine, clicks }) => (machine ? `machine:${clicks.length}` : 'person'))

describe('Clicks that are held together', () => {
  it('on one link count each for itself, however fast', () => {
    expect(verdict(click(0), click(0), click(10), click(3000))).toEqual(['person', 'person', 'person', 'person'])
  })

  it('on two different links are a machine’s within the time of holding, and persons’ after it', () => {
    expect(verdict(click(0), click(3000, { link: 'two' }))).toEqual(['machine:2'])
    expect(verdict(click(0), click(5000, { link: 'two' }))).toEqual(['machine:2'])
    expect(verdict(click(0), click(5001, { link: 'two' }))).toEqual(['person', 'person'])
    expect(verdict(click(1000, { link: 'two' }), click(0))).toEqual(['machine:2'])
  })

  it('of machines leave a person’s click that is far from them alone', () => {
    const burst = [click(6000), click(6100, { link: 'two' }), click(7100, { link: 'three' })]
    expect(verdict(...burst, click(0))).toEqual(['machine:3', 'person'])
  })

  it('that follow a HEAD request, from whatever address, are a machine’s; those before it are not', () => {
    const head = click(1000, { head: true })
    expect(verdict(head)).toEqual(['machine:1'])
    expect(verdict(head, click(1000), click(4900))).toEqual(['machine:3'])
    expect(verdict(head, click(999))).toEqual(['machine:1', 'person'])
    expect(verdict(head, click(6001))).toEqual(['machine:1', 'person'])
  })

  it('of a known scanner are a machine’s', () => {
    expect(verdict(click(0, { scanner: true }), click(10))).toEqual(['machine:1', 'person'])
  })

  it('of machines are one group, named after the first', () => {
    const [group] = groupClicks([click(4000, { head: true }), click(0, { scanner: true, click: 'first' })], 5000)
    expect([group?.clicks[0].click, group?.clicks.length]).toEqual(['first', 2])
  })
})
