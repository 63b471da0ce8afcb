import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that keep the processor busy for more than a quarter of their time, with the seconds that each takes among the others: those that drive
 * a browser, start programs or look at long texts. Rough, as only their order depends on it.
 */
const busy: Readonly<Record<string, number>> = {
  'browser/pages-board': 125,
  'browser/pages-app': 125,
  'browser/pages-form': 115,
  'install/life-cycle': 110,
  'chaos/several-processes': 100,
  'browser/journal': 75,
  'browser/keyboard': 75,
  'browser/changes': 75,
  'chaos/lost-refresh': 70,
  'browser/settings': 70,
  'docs/walks': 70,
  'browser/sight': 70,
  'chaos/replacement': 65,
  'chaos/shared-access': 55,
  'browser/playground': 50,
  'browser/pickers': 45,
  'chaos/shared-budget': 45,
  'chaos/storm': 40,
  'browser/form': 40,
  'docs/recipes': 40,
  'chaos/backup': 40,
  'browser/board': 35,
  'security/foreign-text': 35,
  'handlers/main': 35,
  'browser/pause': 35,
  'security/attempt-limits': 30,
  'security/crowd': 30,
  'browser/journey': 25,
  'browser/installer': 25,
  'browser/rights': 25,
}

/** Files that mostly wait for portals and clocks, in the same way; all that are not named here take a few seconds. */
const waiting: Readonly<Record<string, number>> = {
  'lib/triggers/chat-message': 220,
  'lib/engine/refused-readings': 200,
  'chaos/attacks': 155,
  'lib/jobs/sweep': 140,
  'lib/engine/answers': 140,
  'chaos/production-setup': 140,
  'chaos/steps': 105,
  'lib/triggers/crm-lists': 95,
  'lib/triggers/chat-field-cases': 85,
  'lib/engine/settle': 75,
  'lib/triggers/email-link-clicked': 75,
  'chaos/shutdown': 70,
  'lib/triggers/chat-accepted': 55,
  'lib/triggers/email-viewed': 50,
  'field-cases/links': 50,
  'lib/triggers/field-changed': 45,
  'lib/jobs/poll-chats': 45,
  'lib/jobs/delegate': 40,
  'field-cases/fields': 35,
  'install/subscriptions-live': 35,
}

const FEW_SECONDS = 2

/**
 * Keeps the processor evenly busy from beginning to end. On a clean checkout vitest knows no times and goes by the sizes of files: then those that
 * wait leave it idle together, and those that need it crowd and run out of patience. Here both sorts begin with their longest files,
 * and each file has its turn when so much of the work of its sort is done as of the other's.
 */
export class EvenLoad extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const turns = [...turnsOf(sorted.filter(isBusy)), ...turnsOf(sorted.filter((file) => !isBusy(file)))]
    return turns.toSorted((one, other) => one.at - other.at).map(({ file }) => file)
  }
}

/** When each file's turn comes, between 0 and 1, where all are done one after the other, the longest first. */
function turnsOf(files: TestSpecification[]): { file: TestSpecification; at: number }[] {
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

const nameOf = ({ moduleId }: TestSpecification) => moduleId.replace(/^.*\/test\/|\.test\.ts$/g, '')
const isBusy = (file: TestSpecification) => nameOf(file) in busy
const secondsOf = (file: TestSpecification) => busy[nameOf(file)] ?? waiting[nameOf(file)] ?? FEW_SECONDS
