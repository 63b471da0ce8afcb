import { MULTIFIELD } from '../bitrix24/directory/item-fields.ts'
import { PortalError } from '../bitrix24/errors/errors.ts'
import type { Faults, FieldError } from '../texts/field-error.ts'
import type { FieldDescription, FieldType } from '../triggers/kind.ts'
import type { CheckParts } from './author.ts'

/** Fields that are chosen from a list of the portal. Telephone lines are not among them: they may be entered freely. */
const lists: Partial<Record<FieldType, { read: 'readForms' | 'readChannels'; fault: FieldError }>> = {
  form: { read: 'readForms', fault: { key: 'invalid.form' } },
  channel: { read: 'readChannels', fault: { key: 'invalid.channel' } },
}

/**
 * Faults of own fields whose value the portal does not list; a list that cannot be read rules nothing out. Where the portal does
 * not tell which forms are callback forms, "any" says nothing: one has to be chosen.
 */
export async function pickedFaults(
  parts: Pick<CheckParts, 'directory' | 'log'>,
  portal: string,
  descriptions: readonly FieldDescription[],
  fields: Record<string, unknown>,
  entityTypeId: number,
): Promise<Faults> {
  const faults: Record<string, FieldError> = {}
  for (const { name, type } of descriptions) {
    const list = lists[type]
    const value = fields[name]
    if (type === 'itemFields') {
      const fault = await itemFieldsFault(parts, portal, entityTypeId, value as string[])
      if (fault) faults[name] = fault
    }
    if (!list) continue
    const isAny = value === undefined || value === null
    if (isAny && type !== 'form') continue
    const answer = await parts.directory[list.read](portal)
    if (isAny && answer.missing === 'crm.webform.list') faults[name] = { key: 'invalid.form-needed' }
    if (isAny || !answer.ok || answer.missing !== undefined) continue
    if (!answer.value.some(({ id }) => id === String(value))) faults[name] = list.fault
  }
  return faults
}

/** Names that are no fields of the type; the portal's capitals count. */
async function itemFieldsFault(
  parts: Pick<CheckParts, 'directory' | 'log'>,
  portal: string,
  entityTypeId: number,
  names: readonly string[],
): Promise<FieldError | null> {
  const answer = await parts.directory.readItemFields(portal, entityTypeId)
  if (!answer.ok) return null
  const wrong = names.filter((name) => !answer.value.some(({ id }) => id === name))
  if (wrong.length > 0) return { key: 'invalid.item-field' }
  const never = answer.value.flatMap(({ id, type }) => (type === MULTIFIELD && names.includes(id) ? [id] : []))
  const unseen = never.length > 0 ? never : await unlistedFields(parts, portal, entityTypeId, names)
  if (unseen.length === 0) return null
  const titles = answer.value.flatMap(({ id, title }) => (unseen.includes(id) ? [title] : []))
  return { key: 'invalid.item-field-unlisted', params: { names: titles.join(', ') } }
}

/** Fields of which lists tell nothing, so that no change of them would ever show; none where the portal does not say. */
async function unlistedFields(
  { directory, log }: Pick<CheckParts, 'directory' | 'log'>,
  portal: string,
  entityTypeId: number,
  names: readonly string[],
): Promise<string[]> {
  const listed = await directory.readListedFields(portal, entityTypeId, names).catch((error: unknown) => {
    if (!(error instanceof PortalError)) throw error
    log.warn({ portal, code: error.code }, 'Which fields lists return could not be asked')
    return null
  })
  return listed === null ? [] : names.filter((name) => !listed.has(name))
}
