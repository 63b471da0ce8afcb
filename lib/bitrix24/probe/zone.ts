import { readProfile } from '../auth/profile.ts'
import { answers, type Question } from './question.ts'

/**
 * Does the reader's clock differ from the server's? By so many hours (the detail) the portal shifts times in filters of items
 * (`platform.md` 5.6). Who leaves his zone to the browser has the server's here.
 */
export const zone: Question = {
  id: 'zone',
  commands: { zone_profile: { method: 'profile' }, zone_time: { method: 'server.time' } },
  answer: ({ zone_profile: profile, zone_time: time }) => {
    if (!profile?.ok || !time?.ok) return answers(profile) && answers(time) && { answer: 'unknown' }
    const server = /([+-])(\d\d):?(\d\d)$/.exec(String(time.result))
    const name = readProfile(profile.result)?.timeZone
    if (server === null) return { answer: 'unknown' }
    if (name === undefined) return { answer: 'same' }
    const reader = minutesEast(name, new Date())
    if (reader === null) return { answer: 'unknown' }
    const hours = (reader - minutesOf(server)) / 60
    return hours === 0 ? { answer: 'same' } : { answer: 'different', detail: `${hours > 0 ? '+' : ''}${hours}` }
  },
}

/** Minutes that a zone is east of UTC at that moment; null: there is no such zone. */
function minutesEast(timeZone: string, at: Date): number | null {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at)
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const offset = /([+-])(\d\d):(\d\d)/.exec(text)
    return offset === null ? 0 : minutesOf(offset)
  } catch {
    return null
  }
}

function minutesOf([, sign, hours, minutes]: RegExpExecArray): number {
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}
