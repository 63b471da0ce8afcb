import type { TextKey, TextParams } from './translate.ts'

/** What is wrong with one field, as a text of the language files. */
export type FieldError = Readonly<{ key: TextKey; params?: TextParams }>

/** Faults by the path of the field, such as `fields.url`. */
export type Faults = Readonly<Record<string, FieldError>>
