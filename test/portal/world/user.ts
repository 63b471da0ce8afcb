/** `connector`: a customer who writes through an Open Channel; `system`: the app's clone of a dismissed installer. */
export type UserType = 'employee' | 'extranet' | 'bot' | 'connector' | 'system'

export interface User {
  id: number
  name: string
  lastName: string
  email: string
  type: UserType
  admin: boolean
  active: boolean
  /** False: invited, but never confirmed; such a user cannot be authorised (platform.md 7). True by default. */
  confirmed?: boolean
  rights: Rights
}

export type Reach = 'all' | 'own' | 'none'

export interface Rights {
  read: Reach
  edit: Reach
  /** Exceptions for single items, by `itemKey`. They also bind administrators. */
  items: Map<string, { read?: boolean; edit?: boolean }>
  /** `stageKey`s that this user may not move items to. They also bind administrators. */
  forbiddenStages: Set<string>
  telephonyStatistics: boolean
  manageNumbers: boolean
  openLineHistory: boolean
  /** False: `user_access_error`. */
  app: boolean
}
