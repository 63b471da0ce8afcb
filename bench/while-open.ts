const open = new Set<() => Promise<unknown>>()

/** Uses what is opened and closes it in the end, whatever happens: also when the bench is interrupted. */
export async function whileOpen<T, R>(
  opening: Promise<T>,
  close: (opened: T) => Promise<unknown>,
  use: (opened: T) => Promise<R>,
): Promise<R> {
  const end = async () => close(await opening)
  open.add(end)
  try {
    return await use(await opening)
  } finally {
    if (open.delete(end)) await end()
  }
}

/** Closes all that is open, what was opened last first; what does not open any more need not be closed. */
export async function closeAll(): Promise<void> {
  const ends = [...open].reverse()
  open.clear()
  for (const end of ends) await end().catch(() => {})
}
