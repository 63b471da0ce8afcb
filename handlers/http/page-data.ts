import { type Frame, plainHost } from './frame.ts'

/** What a page's script needs of its frame: the body of `POST /api/session`, and how to speak to the portal's window. */
export function pageData(frame: Frame) {
  const host = plainHost(frame)
  return {
    session: {
      memberId: frame.member_id,
      authId: frame.AUTH_ID,
      refreshId: frame.REFRESH_ID,
      authExpires: frame.AUTH_EXPIRES,
      domain: frame.DOMAIN,
      applicationToken: frame.APPLICATION_TOKEN,
      serverEndpoint: frame.SERVER_ENDPOINT,
      lang: frame.LANG,
    },
    parent:
      host === null ? null : { origin: `${frame.PROTOCOL === '0' ? 'http' : 'https'}://${host}`, sid: frame.APP_SID },
    placement: frame.PLACEMENT,
  }
}
