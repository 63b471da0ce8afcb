/** What a person may do, from most to least (`design.md` 7, "Roles"). */
export type Role = 'administrator' | 'manager' | 'employee'

/** Is somebody of the first role allowed what asks for the second? */
export function isAtLeast(role: Role, least: Role): boolean {
  const order: Role[] = ['employee', 'manager', 'administrator']
  return order.indexOf(role) >= order.indexOf(least)
}
