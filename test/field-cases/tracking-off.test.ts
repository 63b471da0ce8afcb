import { afterEach, expect, test } from 'vitest'
import type { Api } from '../api.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

let rig: Rig
afterEach(() => rig.stop())

/** What the form and the status page say of a kind. */
async function said(admin: Api, kind: string) {
  const ofKind = (entries: { kind: string }[]) => entries.find((one) => one.kind === kind)
  return {
    form: ofKind((await admin('GET', '/api/kinds')).body),
    status: ofKind((await admin('GET', '/api/status')).body.kinds),
  }
}

const offFor = {
  missing: expect.stringContaining('tracking is switched off'),
  advice: expect.stringContaining('CRM settings'),
}

test('F28: tracking of e-mails is switched off: the form and the status page say so of views and clicks', async () => {
  rig = await startRig()
  for (let mail = 0; mail < 3; mail += 1) rig.portal.act.sendMail({ tracked: false })
  rig.portal.act.findSentMail()
  const admin = await rig.as(SEED.users.admin)
  const views = await said(admin, 'email-viewed')
  expect(views.form).toMatchObject({ available: offFor })
  expect(views.status).toMatchObject({ available: offFor })
  const clicks = await said(admin, 'email-link-clicked')
  const ownOnly = expect.stringContaining('only clicks on tracked links')
  expect(clicks.form).toMatchObject({ available: true, fallback: ownOnly })
  expect(clicks.status).toMatchObject({ available: true, fallback: ownOnly })
})

test.each([
  ['one that is tracked went out last', { tracked: true }],
  ['CRM sent none', null],
])('F28: where %s, nothing is said', async (_what, mail) => {
  rig = await startRig()
  if (mail) {
    rig.portal.act.sendMail({ tracked: false })
    rig.portal.act.sendMail(mail)
  } else rig.portal.act.findSentMail()
  const admin = await rig.as(SEED.users.admin)
  expect((await said(admin, 'email-viewed')).form).toMatchObject({ available: true })
  expect((await said(admin, 'email-link-clicked')).form).not.toHaveProperty('fallback')
})
