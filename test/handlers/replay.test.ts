import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { type Ended, runCommand, runCommandHere } from './command.ts'

const { users, deals } = SEED
const folder = mkdtempSync(join(tmpdir(), 'stagecue-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

/** As an operator has it: the environment of the process that runs. */
const environment = () => ({
  PUBLIC_URL: rig.url,
  B24_CLIENT_ID: rig.emulator.clientId,
  B24_CLIENT_SECRET: rig.emulator.clientSecret,
  B24_ALLOW_HTTP: 'true',
  DATA_DIR: rig.dataDir,
  PORT: new URL(rig.url).port,
})

const replay = (...args: string[]): Promise<Ended> => runCommandHere('replay', args, environment())

const saved = (content: unknown) => {
  const file = join(folder, 'event.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** An e-mail of which the portal tells nobody. */
function untold(): number {
  rig.portal.world.bindings = []
  return rig.portal.act.receiveMail().activityId
}

describe('npm run replay', () => {
  it('posts an event as the portal does, by the portal’s name alone, and what it tells happens', async () => {
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    const ID = untold()
    await rig.settled()
    expect(await rig.story()).toEqual([])
    const file = saved({ event: 'ONCRMACTIVITYADD', data: { FIELDS: { ID } }, auth: { domain: rig.portal.domain } })
    const { code, stdout } = await runCommand('replay', [file], environment())
    expect(stdout).toBe(
      `${rig.url}/events answered 200: the event is stored, and looked at next. What came of it stands in the journal.\n`,
    )
    expect(code).toBe(0)
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })

  it('the example of the documentation is such an event', async () => {
    const text = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8')
    const [, example = ''] = /## Replaying an event[\s\S]+?```json\n([\s\S]+?)```/.exec(text) ?? []
    const { code, stderr } = await replay(saved(example))
    expect([code, stderr]).toEqual([1, expect.stringContaining('No portal is known as acme.bitrix24.com.')])
    const ours = example.replace('acme.bitrix24.com', rig.portal.domain)
    expect(await replay(saved(ours))).toMatchObject({ code: 0, stderr: '' })
  })

  it('posts a recorded body as it is, elsewhere too, and says what a refusal means', async () => {
    const body = `event=ONCRMACTIVITYADD&data%5BFIELDS%5D%5BID%5D=1&auth%5Bmember_id%5D=${rig.portal.memberId}&auth%5Bapplication_token%5D=`
    expect((await replay(saved(`${body}${rig.portal.applicationToken}\n`), rig.url)).stdout).toContain(
      ' answered 200: ',
    )
    const refused = await replay(saved(`${body}forged`), rig.url)
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(' answered 403: the portal is not known there, or its application_token'),
    })
  })

  it.each([
    ['no file', [], /^Nothing was replayed: Say which file/],
    ['no address', ['event.json', 'nowhere'], /^Nothing was replayed: Say which file/],
    ['a file that is not there', ['missing.json'], /^Nothing was replayed: ENOENT/],
  ])('says what is wrong with its words: %s', async (_, args, told) => {
    expect(await replay(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(told) })
  })

  it.each([
    ['half a JSON', '{"event":', /It is no JSON/],
    ['no event', { auth: { domain: 'a' } }, /event: /],
    ['nobody’s', { event: 'ONCRMDEALADD', auth: {} }, /auth: names neither member_id nor domain/],
    ['prose', 'Please replay this.', /neither JSON nor a recorded body/],
  ])('says what is wrong with the file: %s', async (_, content, told) => {
    const { code, stderr } = await replay(saved(content))
    expect([code, stderr]).toEqual([1, expect.stringMatching(told)])
    expect(stderr).toMatch(/^Nothing was replayed: /)
  })

  it('says that nobody answers', async () => {
    const file = saved({ event: 'ONCRMDEALADD', auth: { member_id: rig.portal.memberId } })
    const { code, stderr } = await replay(file, 'http://127.0.0.1:9')
    expect([code, stderr]).toEqual([1, expect.stringContaining('Nobody answers at http://127.0.0.1:9. Start Stagecue')])
  })
})
