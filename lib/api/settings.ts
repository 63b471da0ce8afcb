import { z } from 'zod'
import { largestId } from '../domain/ids.ts'
import type { Settings } from '../domain/portal.ts'

/** What an administrator sets for the whole portal (`GET /api/settings`). */
export const settingsSchema = z.strictObject({
  delegate: z.boolean(),
  managers: z.array(z.int().min(1).max(largestId)).max(1000),
  paused: z.boolean(),
  journalDays: z.int().min(7).max(3650),
  staleHours: z.int().min(1).max(168),
}) satisfies z.ZodType<Settings>
