import { type B24Frame, initializeB24Frame } from '@bitrix24/b24jssdk'
import type { Frame, Tokens } from './frame-type.ts'

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
    scrollTo: (top) => quietly(b24.parent.scrollParentWindow(Math.max(0, Math.round(top)))),
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
