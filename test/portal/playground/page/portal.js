/** Who looks at the portal, in which language: kept in the address, so that a page can be opened as anybody. */
export const settings = {
  get user() {
    return new URLSearchParams(location.search).get('user') ?? ''
  },
  get lang() {
    return new URLSearchParams(location.search).get('lang') ?? 'en'
  },
}

/** Opens another page of the portal, as the same user unless `changes` name another. */
export function go(path, changes = {}, state = null) {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) query.set(name, value)
  const search = query.size > 0 ? `?${query}` : ''
  history.pushState(state, '', path + search)
  dispatchEvent(new PopStateEvent('popstate', { state }))
}

/** Lets something happen in the portal. Resolves with the sentence that tells it, or the reason why not. */
export async function post(what, params = {}) {
  const response = await fetch(`/playground/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...params, user: settings.user, lang: settings.lang }),
  })
  const { told, error } = await response.json()
  return told ?? error
}

/** Calls back with the portal as the user sees it, now and after every change, until the returned function is called. */
export function watch(onView) {
  const source = new EventSource(
    `/playground/feed?${new URLSearchParams({ user: settings.user, lang: settings.lang })}`,
  )
  source.onmessage = ({ data }) => onView(JSON.parse(data))
  return () => source.close()
}
