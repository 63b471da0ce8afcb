import { once } from 'node:events'
import type { Response } from 'express'

/** Writes a part of a long answer: whoever reads slowly makes us wait, whoever has gone makes us stop. */
export async function writePart(response: Response, text: string): Promise<void> {
  if (text === '' || response.destroyed || response.write(text)) return
  await Promise.race([once(response, 'drain'), once(response, 'close')])
}
