/** vue-i18n's `t`, as far as the pages' plain functions need it. */
export type Translate = (key: string, params?: Record<string, unknown>, count?: number) => string
