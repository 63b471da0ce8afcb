/** The tokens of the person who opened the page, as the portal's window gives them (`platform.md` 1.4). */
export type Tokens = { authId: string; refreshId: string; authExpires: number }

/** The portal's window around the page. */
export type Frame = {
  tokens(): Tokens | null
  /** Asks the portal for fresh tokens. Throws when it does not answer. */
  renew(): Promise<Tokens | null>
  placement: string
  options: unknown
  /** Opens a page of the portal beside this one, such as an item's card. */
  openPath(path: string): void
  /** Makes the frame as high as the page. */
  fit(): void
  /** Scrolls the portal's window to so many pixels of the page, about. */
  scrollTo(top: number): void
  reload(): void
  installFinish(): Promise<unknown>
}
