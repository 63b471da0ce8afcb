import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that keep the processor busy for more than a quarter of their time, with the seconds that each takes among the others: those that drive
 * a browser, start programs or look at long texts. Rough, as only their order depends on it.
 */
const busy: Readonly<Record<string, number>> = {
  'browser/pages-app': 155,
  'browser/pages-form': 145,
  'browser/pages-board': 130,
  'chaos/lost-refresh': 70,
  'chaos/several-processes': 70,
  'docs/walks': 70,
  'browser/pickers': 65,
  'browser/journal': 60,
  'browser/keyboard': 60,
  'browser/changes': 55,
  'chaos/production-setup': 50,
  'security/crowd': 50,
  'browser/settings': 40,
  'browser/sight': 40,
  'chaos/replacement': 40,
  'browser/form': 35,
  'chaos/shutdown': 35,
  'docs/recipes': 35,
  'browser/board': 30,
  'browser/playground': 30,
  'chaos/attacks': 30,
  'handlers/main': 30,
  'security/attempt-limits': 30,
  'security/foreign-answers': 30,
  'browser/journey': 25,
  'browser/pause': 25,
  'chaos/backup': 25,
  'security/foreign-text': 25,
  'browser/installer': 20,
  'browser/rights': 20,
}

/** Files that mostly wait for portals and clocks, in the same way; all that are not named here take a few seconds. */
const waiting: Readonly<Record<string, number>> = {
  'lib/triggers/chat-message': 235,
  'lib/engine/refused-readings': 200,
  'lib/engine/answers': 140,
  'install/life-cycle': 130,
  'lib/jobs/sweep': 125,
  'lib/triggers/chat-field-cases': 105,
  'lib/triggers/crm-lists': 95,
  'lib/triggers/email-link-clicked': 75,
  'lib/engine/settle': 65,
  'lib/triggers/chat-accepted': 55,
  'field-cases/links': 50,
  'install/subscriptions-live': 50,
  'lib/triggers/field-changed': 50,
  'lib/jobs/delegate': 45,
  'lib/jobs/poll-chats': 45,
  'lib/triggers/email-viewed': 45,
  'field-cases/fields': 35,
  'chaos/steps': 30,
  'lib/engine/in-whose-name': 30,
}

const FEW_SECONDS = 2

/** All files that are named here. */
export const known = [...Object.keys(busy), ...Object.keys(waiting)]

type File = Pick<TestSpecification, 'moduleId'>

/**
 * Keeps the processor evenly busy from beginning to end. On a clean checkout vitest knows no times and goes by the sizes of files: then those that
 * wait leave it idle together, and those that need it crowd and run out of patience.
 */
export class EvenLoad extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return evenly(await super.sort(files))
  }
}

/** Both sorts begin with their longest files, and each file has its turn when so much of the work of its sort is done as of the other's. */
export function evenly<T extends File>(files: readonly T[]): T[] {
  const turns = [...turnsOf(files.filter(isBusy)), ...turnsOf(files.filter((file) => !isBusy(file)))]
  return turns.toSorted((one, other) => one.at - other.at).map(({ file }) => file)
}

/** When each file's turn comes, between 0 and 1, where all are done one after the other, the longest first. */
function turnsOf<T extends File>(files: T[]): { file: T; at: number }[] {
  const whole = files.reduce((sum, file) => sum + secondsOf(file), 0)
  let before = 0
  return files
    .toSorted((one, other) => secondsOf(other) - secondsOf(one))
    .map((file) => {
      const at = before / whole
      before += secondsOf(file)
      return { file, at }
    })
}

const nameOf = ({ moduleId }: File) => moduleId.replace(/^.*\/test\/|\.test\.ts$/g, '')
const isBusy = (file: File) => nameOf(file) in busy
const secondsOf = (file: File) => busy[nameOf(file)] ?? waiting[nameOf(file)] ?? FEW_SECONDS
