/** Ids are 32-bit in PostgreSQL. */
export const largestId = 2 ** 31 - 1
