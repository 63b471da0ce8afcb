import { z } from 'zod'
import codes from './data/call-codes.json' with { type: 'json' }

/** How a telephone's ringing ended; `failed`: for a reason that is neither the customer's nor an employee's, such as no money. */
export type CallEnd = 'answered' | 'unanswered' | 'declined' | 'failed'

const codeSchema = z.object({ code: z.string(), end: z.enum(['answered', 'unanswered', 'declined']) })

const ends: ReadonlyMap<string, CallEnd> = new Map(
  z
    .array(codeSchema)
    .parse(codes)
    .map(({ code, end }) => [code, end]),
)

/** Bitrix24's table of codes names them by the keys of their texts, and some apps write them so. */
const TEXT_KEY = 'VI_STATUS_'

/** The code that an exchange says "nobody picked up" with, however long it rang; others say so only with no seconds. */
const MISSED = '304'

/**
 * How a leg of a call ended, by its CALL_FAILED_CODE and its seconds (`triggers.md`, Telephony). Which codes mean what stands in
 * `data/call-codes.json`. Whoever talked has answered, unless the code says that nobody did.
 */
export function endOfLeg({ failedCode, seconds }: Readonly<{ failedCode: string; seconds: number }>): CallEnd {
  const code = failedCode.startsWith(TEXT_KEY) ? failedCode.slice(TEXT_KEY.length) : failedCode
  const end = ends.get(code) ?? 'failed'
  return end === 'unanswered' && seconds > 0 && code !== MISSED ? 'answered' : end
}
