import type { Texts } from './say.ts'

/** What people ask for cannot be done now; the page says why. */
export class Refusal extends Error {
  readonly key: keyof Texts['refused']

  constructor(key: keyof Texts['refused']) {
    super(key)
    this.name = 'Refusal'
    this.key = key
  }
}
