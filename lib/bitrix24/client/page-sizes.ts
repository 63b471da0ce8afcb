/** Rows of one page of a list (`platform.md` 5.13). */
export const PAGE_ROWS = 50

/** Commands of one request (`platform.md` 5.14). */
export const BATCH_COMMANDS = 50
