import { type ItemField, isPersonType } from '../../../lib/bitrix24/directory/item-fields.ts'
import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { Services } from '../../../lib/services.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import { becomesIt } from '../../../lib/triggers/shown-value.ts'

/** A value of a field of a type of item, as it is asked for: `2:ufCrmState:52`. */
export type AskedValue = Readonly<{ key: string; entityTypeId: number; field: string; value: string }>

/** Ids of options, and codes of entries of CRM's lists. */
const CODE = /^[A-Z0-9_:|]+$/

/** A day as the form keeps it. */
const DAY = /^\d{4}-\d\d-\d\d$/

type Parts = Pick<Services, 'directory' | 'names'>

/**
 * What screens call values that are ids, codes, yes or no, or days, each as the type of its field has it, by what was asked. What is none of
 * them is left out, since it stands for itself: `Y` in a text is a letter.
 */
export async function readValueNames(
  { directory, names }: Parts,
  portal: string,
  language: Language,
  asked: readonly AskedValue[],
): Promise<Record<string, string>> {
  const byType = Map.groupBy(asked, ({ entityTypeId }) => entityTypeId)
  const named = [...byType].map(async ([entityTypeId, values]): Promise<[string, string][]> => {
    const answer = await directory.readItemFields(portal, entityTypeId)
    const fields = answer.ok ? answer.value : []
    const fieldOf = ({ field }: AskedValue) => fields.find(({ id }) => id === field)
    const people = values.filter((one) => isPersonType(fieldOf(one)?.type) && isId(one.value))
    const known = await names(
      portal,
      people.map(({ value }) => Number(value)),
      'page',
    )
    return values.flatMap((one) => {
      const field = fieldOf(one)
      const title = isPersonType(field?.type) ? known.get(Number(one.value)) : shownAs(field, one.value, language)
      return title === undefined ? [] : [[one.key, title]]
    })
  })
  try {
    return Object.fromEntries((await Promise.all(named)).flat())
  } catch (error) {
    // Names are a comfort: where the portal does not answer there are none.
    if (error instanceof PortalError) return {}
    throw error
  }
}

function shownAs(field: ItemField | undefined, value: string, language: Language): string | undefined {
  switch (field?.type) {
    case 'boolean':
      return { Y: translate(language, 'names.yes'), N: translate(language, 'names.no') }[value]
    case 'date':
    case 'datetime':
      return DAY.test(value) ? dayIn(language, value) : undefined
    default:
      return listed(field?.options ?? [], value, language)
  }
}

/** A day of the calendar; undefined: there is no such day. */
function dayIn(language: Language, day: string): string | undefined {
  const at = new Date(day)
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  return Number.isNaN(at.getTime()) ? undefined : format.format(at)
}

function isId(value: string): boolean {
  return /^\d{1,10}$/.test(value)
}

/** The title of an option; of an id that no option has any more a word, and nothing of a title that was typed. */
function listed(
  options: readonly Readonly<{ id: string; title: string }>[],
  value: string,
  language: Language,
): string | undefined {
  if (options.length === 0) return undefined
  const title = options.find(({ id }) => id === value)?.title
  if (title !== undefined) return title
  const isTyped = options.some((option) => becomesIt(value, { value: option.title }))
  return isTyped || !CODE.test(value) ? undefined : translate(language, 'names.gone-option')
}
