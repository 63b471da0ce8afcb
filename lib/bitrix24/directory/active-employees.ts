import type { PortalClients } from '../client/portal-clients.ts'
import { listPeople } from './list-people.ts'

/**
 * Which of these people are active employees, asked of the portal itself: lists for pickers may be old. Null: without the scope
 * nobody can say. Throws `PortalError` when the portal cannot be asked now.
 */
export async function activeEmployees(
  { clients }: { clients: Pick<PortalClients, 'asReader'> },
  portal: string,
  userIds: readonly number[],
): Promise<Set<number> | null> {
  if (userIds.length === 0) return new Set()
  const client = await clients.asReader(portal, 'page')
  const people = await listPeople(client, userIds, { ACTIVE: true, USER_TYPE: 'employee' })
  return people && new Set(people.map(({ ID }) => Number(ID)))
}
