import { z } from 'zod'
import type { DirectoryAnswer } from '../../../lib/bitrix24/directory/answer.ts'
import type { Entry } from '../../../lib/bitrix24/directory/entry.ts'
import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Services } from '../../../lib/services.ts'
import { listTriggerNames } from '../../../lib/store/triggers.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { named, type PickList, readPicks } from './list-picks.ts'
import { readCrmNames } from './read-crm-names.ts'
import { readValueNames } from './read-value-names.ts'

/** So many of each may be asked for at once. */
const maxNames = 50

const id = z
  .string()
  .regex(/^[1-9]\d{0,9}$/)
  .transform(Number)
  .pipe(z.int().max(largestId))
const refText = z.string().regex(/^[1-9]\d{0,9}:[1-9]\d{0,9}$/)
const ref = refText.transform((text) => {
  const [entityTypeId = 0, id = 0] = text.split(':').map(Number)
  return { entityTypeId, id }
})
const fieldOfType = z.string().regex(/^[1-9]\d{0,9}:\w{1,100}$/)
/** `2:ufCrmState:52`; codes of CRM's lists may have a colon or a bar themselves, such as `1|TELEGRAM`. */
const valueOfField = z
  .string()
  .regex(/^[1-9]\d{0,9}:\w{1,100}:[\w:|-]{1,50}$/)
  .transform((key) => {
    const [type, field = '', ...value] = key.split(':')
    return { key, entityTypeId: Number(type), field, value: value.join(':') }
  })

/** Several values, parted by commas. */
const listOf = <T>(one: z.ZodType<T, string>) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(one).max(maxNames))
    .default([])

export const querySchema = z.object({
  users: listOf(id),
  triggers: listOf(id.transform(String)),
  lines: listOf(z.string().max(100)),
  forms: listOf(z.string().max(100)),
  channels: listOf(z.string().max(100)),
  fields: listOf(fieldOfType),
  values: listOf(valueOfField),
  items: listOf(ref),
  activities: listOf(id),
})

/**
 * `GET /api/names`: what ids are called. Items, their clients and activities are read with the access of whoever asks: what the portal
 * does not show to this person is left out. Nothing of it is kept.
 */
export function getNames(services: Services): SessionHandler {
  const twoAtATime = fewAtATime(2)
  return async ({ portal, user, language }, request, response) => {
    const { users, triggers, fields, values, items, activities, ...lists } = readQuery(querySchema, request)
    const { memberId } = portal
    const pick = async (list: PickList, ids: readonly string[]) => {
      if (ids.length === 0) return {}
      const entries = await known(readPicks(services, list, memberId))
      return titlesOf(named(list, entries, language), ids)
    }
    const asked = async () => {
      const client = () => services.clients.as(memberId, user.userId, 'page')
      const [people, triggerNames, lines, forms, channels, fieldTitles, valueNames, crm] = await Promise.all([
        services.names(memberId, users, 'page'),
        listTriggerNames(services.db, memberId, triggers),
        pick('readLines', lists.lines),
        pick('readForms', lists.forms),
        pick('readChannels', lists.channels),
        readFieldTitles(services, memberId, fields),
        readValueNames(services, memberId, language, values),
        readCrmNames(client, { items, activities }),
      ])
      const own = { users: Object.fromEntries(people), triggers: Object.fromEntries(triggerNames) }
      return { ...own, lines, forms, channels, fields: fieldTitles, values: valueNames, ...crm }
    }
    response.json(await twoAtATime(`${memberId}/${user.userId}`, asked))
  }
}

/** Names are a comfort: a list that cannot be had has none. */
async function known<T extends Entry<number | string>>(
  asked: Promise<DirectoryAnswer<readonly T[]>>,
): Promise<readonly T[]> {
  try {
    const answer = await asked
    return answer.ok ? answer.value : []
  } catch (error) {
    if (error instanceof PortalError) return []
    throw error
  }
}

function titlesOf(entries: readonly Entry<number | string>[], ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.flatMap(({ id, title }) => (ids.includes(String(id)) ? [[String(id), title]] : [])))
}

/** Refusals name fields as the older methods do: `UF_CRM_1` is `ufCrm1`. */
function bare(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

/** Titles of fields by `entityTypeId:name`. */
async function readFieldTitles(
  { directory }: Services,
  portal: string,
  fields: readonly string[],
): Promise<Record<string, string>> {
  const byType = Map.groupBy(fields, (field) => Number(field.split(':')[0]))
  const lists = [...byType].map(async ([entityTypeId, wanted]) => {
    const entries = await known(directory.readItemFields(portal, entityTypeId))
    const titles = new Map(entries.map(({ id, title }) => [bare(id), title]))
    return Object.fromEntries(
      wanted.flatMap((field) => {
        const title = titles.get(bare(field.slice(`${entityTypeId}:`.length)))
        return title === undefined ? [] : [[field, title]]
      }),
    )
  })
  return Object.assign({}, ...(await Promise.all(lists)))
}
