import { type B24Frame, initializeB24Frame } from '@bitrix24/b24jssdk'

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
  scrollToTop(): void
  reload(): void
  installFinish(): Promise<unknown>
}

/** Shakes hands with the portal's window. Throws when the page was opened elsewhere. */
export async function openFrame(): Promise<Frame> {
  const b24 = await initializeB24Frame()
  let height = 0
  return {
    tokens: () => tokensOf(b24.auth.getAuthData()),
    renew: async () => tokensOf(await b24.auth.refreshAuth()),
    placement: b24.placement.title,
    options: b24.placement.options,
    openPath: (path) => quietly(b24.slider.openPath(b24.slider.getUrl(path))),
    fit: () => {
      const wanted = Math.ceil(document.getElementById('app')?.getBoundingClientRect().height ?? 0)
      if (wanted === 0 || wanted === height) return
      height = wanted
      // As `fitWindow` does, which never makes the frame lower again.
      quietly(b24.parent.message.send('resizeWindow', { width: '100%', height: wanted, isSafely: true }))
    },
    scrollToTop: () => quietly(b24.parent.scrollParentWindow(0)),
    reload: () => quietly(b24.parent.reloadWindow()),
    installFinish: () => b24.installFinish(),
  }
}

function tokensOf(auth: ReturnType<B24Frame['auth']['getAuthData']>): Tokens | null {
  if (auth === false) return null
  return { authId: auth.access_token, refreshId: auth.refresh_token, authExpires: auth.expires_in }
}

/** What the portal's window does at our wish may fail without harm. */
function quietly(wish: Promise<unknown>): void {
  wish.catch(() => {})
}
