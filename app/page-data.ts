/** What the server put into the page (`handlers/http/page-data.ts`): no tokens. */
export type PageData = {
  page: 'app' | 'install'
  language: string
  session: { memberId: string; domain: string; applicationToken: string; serverEndpoint: string; lang: string }
}
