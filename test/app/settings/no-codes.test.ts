import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { areasText } from '../../../app/settings/areas.ts'
import { auditText } from '../../../app/settings/audit.ts'
import { deadLetterText } from '../../../app/settings/dead-letters.ts'
import { unmappedKey } from '../../../app/settings/unmapped.ts'

import { lifecycleEvents } from '../../../lib/domain/lifecycle-events.ts'
import { eventGroups, sweepLists } from '../../../lib/engine/sources/index.ts'
import { kindCodes } from '../../../lib/triggers/index.ts'
import { format, names, textsOf, trigger } from '../samples.ts'

const root = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

/** Codes and ids as Bitrix24, the API and the code write them; keys of texts. */
const code =
  /RAW|ON[A-Z]{3,}|[A-Z]{2,}_[A-Z]|sweep:|\b[a-z]+-[a-z]+-?[a-z]*\.|[a-z]+[A-Z][a-z]+Error|\{|\}|undefined|null|99\d\d|#\d/

const everyEvent = [...lifecycleEvents, 'ONCRMTYPEADD', ...eventGroups.flatMap(({ events }) => events)]
const everyTrigger = kindCodes.map((kind) => {
  return { ...trigger, kind, memberId: 'm', ownerId: 1, readyAt: '', fields: { fieldNames: ['stageId', 'title'] } }
})
const everyList = sweepLists(everyTrigger as never, ['crm', 'telephony', 'imopenlines']).map(({ name }) => name)
const jobTypes = [...read('lib/domain/job-types.ts').matchAll(/^ {2}'([\w-]+)',$/gm)].map(([, type]) => String(type))
const actions = globSync('{lib,handlers,install}/**/*.ts', { cwd: root })
  .flatMap((file) => [...read(file).matchAll(/action: '([\w-]+)'/g)])
  .map(([, action]) => String(action))

describe.each(['en', 'de', 'ru'])('in %s no code and no id reaches a person', (language) => {
  const texts = textsOf(language)
  const { t } = texts

  test('of what events and lists are about, on the status page', () => {
    expect(everyList.length).toBeGreaterThan(4)
    for (const name of [...everyEvent, ...everyList]) {
      const said = areasText([name], { t, format })
      expect(said, name).not.toBe(t('areas.other'))
      expect(said, name).not.toMatch(code)
    }
    expect(areasText(['ONRAWEVENT', 'sweep:raw'], { t, format })).toBe(t('areas.other'))
  })

  test('of jobs that failed', () => {
    expect(jobTypes.length).toBeGreaterThan(20)
    const reasons = ['malformed', 'unknown-kind', 'ForbiddenError RAW_CODE', 'RejectedError RAW', 'TypeError', '', null]
    for (const kind of [...jobTypes, 'raw-kind']) {
      for (const reason of reasons) {
        const said = deadLetterText({ kind, reason }, texts)
        expect(said).not.toMatch(code)
        expect(said).toMatch(/[\p{L}\p{N}”“»] · \p{L}/u)
      }
    }
  })

  test('of the audit, whatever was done and however it ended', () => {
    const details = [
      {},
      { code: 'RAW_CODE', outcome: 'raw-outcome', result: 'raw-result', userId: 9915, name: 'Missed' },
      {
        code: 'user',
        outcome: 'delegated',
        before: { managers: [], rawSetting: 1 },
        after: { managers: [9916], rawSetting: 2 },
      },
    ]
    for (const action of [...actions, 'raw-action']) {
      for (const detail of details) {
        const said = auditText({ id: '1', at: '', userId: 1, action, detail }, { ...texts, names, format })
        expect(said.replace(/: 2$/, ''), action).not.toMatch(code)
        expect(said, action).not.toMatch(/raw/)
      }
    }
  })

  test('of what an import could not take over', () => {
    for (const field of ['stageId', 'fields.line', 'changeStageAs']) {
      const key = unmappedKey({ name: 'Missed', field }, [{ name: 'Missed' }])
      expect(t(key, { name: 'Missed', field: t('fields.line.label') })).not.toMatch(code)
    }
  })
})
