/** Codes of the kinds that Stagecue knows: each kind adds its own in its file, and the compiler asks for it in the registry (`lib/triggers/index.ts`). */
// biome-ignore lint/suspicious/noEmptyInterface: the files of kinds fill it.
export interface KindCodes {}

export type KindCode = keyof KindCodes
