import { answers, type Question } from './question.ts'

/** Has the portal's plan automation rules? Where it has none their methods do not exist, though the scope is granted (`platform.md` 5.10). */
export const automation: Question = {
  id: 'automation',
  scope: 'bizproc',
  commands: { automation: { method: 'bizproc.robot.list' } },
  answer: (found) => answers(found.automation),
}
