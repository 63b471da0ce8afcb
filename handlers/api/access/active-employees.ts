import { listPeople } from '../../../lib/bitrix24/directory/list-people.ts'
import type { Services } from '../../../lib/services.ts'

/**
 * Which of these people are active employees, asked of the portal itself: lists for pickers may be old. Null: without the scope
 * nobody can say. Throws `PortalError` when the portal cannot be asked now.
 */
export async function activeEmployees(
  { clients }: Pick<Services, 'clients'>,
  portal: string,
  userIds: readonly number[],
): Promise<Set<number> | null> {
  if (userIds.length === 0) return new Set()
  const client = await clients.asReader(portal, 'page')
  const people = await listPeople(client, userIds, { ACTIVE: true, USER_TYPE: 'employee' })
  return people && new Set(people.map(({ ID }) => Number(ID)))
}
