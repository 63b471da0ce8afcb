import { expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser({ install: false })
const laptop = { viewport: { width: 1280, height: 720 } }

async function installer() {
  const page = await visits.open('/', laptop)
  const [stagecue, link] = [app(page), page.getByRole('link', { name: 'Stagecue', exact: true })]
  await page.getByRole('button', { name: 'Install Stagecue' }).or(link).first().click()
  await stagecue.getByRole('heading', { level: 1 }).waitFor()
  return { page, stagecue }
}

test('an installation with a step that failed is not finished, says so in sight, and is found so when it is opened again', async () => {
  const first = await installer()
  // Of a gateway on the way: the batch that puts buttons and tabs there is not answered.
  visits.rig.portal.faults.next({ method: 'placement.bind', kind: 'status', status: 500, times: 9 })
  await first.stagecue.getByRole('radio', { name: 'Act on behalf of the administrator who installed Stagecue' }).click()
  await first.stagecue.getByRole('button', { name: 'Install', exact: true }).click()
  const bar = first.stagecue.getByRole('region', { name: 'Finish and open Stagecue' })
  await bar.getByText('The installation is not finished yet').waitFor()
  const box = await bar.boundingBox()
  expect((box?.y ?? 0) + (box?.height ?? 720)).toBeLessThanOrEqual(720)
  expect(visits.rig.portal.world.app.state).toBe('installing')
  await first.page.close()

  const again = await installer()
  await again.stagecue.getByRole('heading', { name: 'One step is left' }).waitFor()
  await again.stagecue.getByText('Steps done: 5 of 6.').waitFor()
  await again.stagecue.getByText('It is set up in').waitFor()
  expect(await again.stagecue.getByText('It will be installed').count()).toBe(0)
  const kept = again.stagecue.getByRole('radio', { name: 'Act on behalf of the administrator who installed Stagecue' })
  expect(await kept.isChecked()).toBe(true)
  expect(await again.stagecue.getByText('Stagecue is installed').count()).toBe(0)
})

test('an installation that went well finishes by itself and leads to a first trigger, which only watches', async () => {
  visits.rig.portal.faults.waiting.length = 0
  const { stagecue } = await installer()
  await stagecue.getByRole('button', { name: 'Install again' }).click()
  await stagecue.getByRole('navigation', { name: 'Pages of Stagecue' }).waitFor()
  expect(visits.rig.portal.world.app.state).toBe('installed')
  await stagecue.getByRole('region', { name: 'What comes next' }).waitFor()
  const first = stagecue.getByRole('region', { name: 'Your first trigger' })
  await first.getByRole('button', { name: 'Add this trigger' }).click()
  await stagecue.getByRole('article').getByText('Test mode').waitFor()
  await first.waitFor({ state: 'detached' })
  const admin = await visits.rig.as(SEED.users.admin)
  const { body } = await admin('GET', '/api/triggers')
  expect(body).toEqual([expect.objectContaining({ kind: 'email-incoming', mode: 'watch', enabled: true })])
})
