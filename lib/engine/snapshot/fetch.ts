import { ask, pages } from '../../bitrix24/client/batches.ts'
import { reference } from '../../bitrix24/client/command.ts'
import { BATCH_COMMANDS, PAGE_ROWS } from '../../bitrix24/client/page-sizes.ts'
import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { Command } from '../../bitrix24/client/rest.ts'
import { stageEntityId } from '../../bitrix24/directory/stages.ts'
import { refKey } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import { askActivities, askBindings, askForms } from '../sources/activity/questions.ts'
import { askCall, askCallActivity } from '../sources/call/questions.ts'
import { askItems, guessItems } from '../sources/item/questions.ts'
import { chatCommands, collectChats } from '../sources/message/commands.ts'
import type { FetchPlan, Pipeline } from './fetch-plan.ts'
import { answer, collectAnswers, commandsOf, type Questions } from './question.ts'
import { emptySnapshot, type PortalSnapshot } from './snapshot.ts'
import { askStages } from './stage-question.ts'

/** An activity's bindings are looked through this far in the same request; further ones cost a second one. */
const GUESSED_BINDINGS = 6

/** `crm.item.list` answers 50 rows: the items of so many activities are guessed by one command. */
const GUESSED_ACTIVITIES = Math.floor(PAGE_ROWS / GUESSED_BINDINGS)

/**
 * Reads activities, calls, bindings and stages, and guesses the items in the same request: `crm.item.list` takes the ids from the
 * bindings' answers, whatever type they are of, and what was not bound is thrown away. So a quiet event costs one reading request. What
 * the guess did not reach is read by `fetchMissing`. What is refused stands in the snapshot's failures and concerns nothing else; only a
 * request that fails as a whole is thrown.
 */
export async function fetchSnapshot(client: PortalClient, wanted: FetchPlan): Promise<PortalSnapshot> {
  const snapshot = emptySnapshot()
  const asked = askedIn(snapshot, wanted)
  const chats = chatCommands(wanted.chats ?? [], wanted.histories ?? [])
  const bound = [...Object.keys(asked), ...Object.keys(chats)].filter((name) => /^(call|chat)?bindings_/.test(name))
  const guessed = wanted.guess ? guesses(snapshot, wanted, bound) : {}
  const answers = await ask(client, withinOneRequest({ ...commandsOf(asked), ...chats, ...commandsOf(guessed) }))
  collectAnswers(snapshot.failures, asked, answers)
  collectChats(snapshot, wanted.chats ?? [], answers)
  collectAnswers(snapshot.failures, guessed, answers)
  return snapshot
}

/** Everything but conversations and guessed items. */
function askedIn(snapshot: PortalSnapshot, wanted: FetchPlan): Questions {
  const known = wanted.calls.flatMap(({ activityId }) => activityId ?? [])
  return Object.fromEntries([
    ...pages(wanted.activities).map((ids) => [`activities_${ids[0]}`, askActivities(snapshot, ids, wanted)] as const),
    ...[...new Set([...wanted.activities, ...wanted.bindings, ...known])].map(
      (id) => [`bindings_${id}`, askBindings(snapshot, id)] as const,
    ),
    ...wanted.calls.flatMap(({ callId, activityId }, index) => {
      const call = [`call_${index}`, askCall(snapshot, callId)] as const
      return activityId === null ? [call, ...askCallActivity(snapshot, callId, index)] : [call]
    }),
    ...Object.entries(wanted.ask?.(snapshot) ?? {}),
    ...(wanted.forms ? [['forms_0', askForms(snapshot)] as const] : []),
    ...stageQuestions(snapshot, wanted.pipelines),
  ])
}

/** Of each type so many commands that their rows have room for all that the activities may be bound to. */
function guesses(snapshot: PortalSnapshot, { entityTypeIds }: FetchPlan, bound: readonly string[]): Questions {
  return Object.fromEntries(
    entityTypeIds.flatMap((entityTypeId) =>
      pages(bound, GUESSED_ACTIVITIES).map((names) => {
        const ids = names.flatMap((name) =>
          Array.from({ length: GUESSED_BINDINGS }, (_, index) => reference(name, index, 'entityId')),
        )
        return [`items_${entityTypeId}_${names[0]}`, guessItems(snapshot, entityTypeId, ids)] as const
      }),
    ),
  )
}

/**
 * References reach no further than their own request, so where there are too many commands those that refer to others are left out: first
 * the guesses of items, which are read by a second request anyway.
 */
function withinOneRequest(commands: Record<string, Command>): Record<string, Command> {
  return [/^items_/, /^(callbindings|chathistory|chatactivity|chatbindings)_/].reduce(
    (some, referring) =>
      Object.keys(some).length <= BATCH_COMMANDS
        ? some
        : Object.fromEntries(Object.entries(some).filter(([name]) => !referring.test(name))),
    commands,
  )
}

/** Reads bindings, items and stages that are still missing. What was asked for before and refused for good is not asked for again. */
export async function fetchMissing(
  client: PortalClient,
  snapshot: PortalSnapshot,
  missing: { items: Ref[]; bindings: number[]; pipelines: Pipeline[] },
): Promise<void> {
  const { failures } = snapshot
  const bindings = missing.bindings.filter((id) => !snapshot.bindings.has(id) && !failures.has(`bindings ${id}`))
  const pipelines = missing.pipelines.filter((pipeline) => {
    const directory = stageEntityId(pipeline.entityTypeId, pipeline.categoryId)
    return !snapshot.stages.has(directory) && !failures.has(`stages ${directory}`)
  })
  const items = missing.items.filter((ref) => !snapshot.items.has(refKey(ref)) && !failures.has(`item ${refKey(ref)}`))
  await answer(client, snapshot, {
    ...Object.fromEntries(stageQuestions(snapshot, pipelines)),
    ...Object.fromEntries(bindings.map((id) => [`bindings_${id}`, askBindings(snapshot, id)])),
    ...Object.fromEntries(itemQuestions(snapshot, items)),
  })
}

function stageQuestions(snapshot: PortalSnapshot, pipelines: readonly Pipeline[]) {
  return pipelines.map((pipeline) => {
    const directory = stageEntityId(pipeline.entityTypeId, pipeline.categoryId)
    return [`stages_${directory}`, askStages(snapshot, pipeline)] as const
  })
}

function itemQuestions(snapshot: PortalSnapshot, items: readonly Ref[]) {
  return [...Map.groupBy(items, ({ entityTypeId }) => entityTypeId)].flatMap(([entityTypeId, refs]) =>
    pages([...new Set(refs.map(({ id }) => id))]).map(
      (ids) => [`items_${entityTypeId}_${ids[0]}`, askItems(snapshot, entityTypeId, ids)] as const,
    ),
  )
}
