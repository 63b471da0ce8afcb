import type { PortalState } from '../state.ts'
import type { Activity } from '../world/activity.ts'
import { canReadAny } from '../world/rights.ts'
import { findItem, findStage } from '../world/stages.ts'
import type { User } from '../world/user.ts'
import { fill, type Texts } from './say.ts'

/** One line of what happened last. */
export interface NewsLine {
  at: Date
  text: string
  kind: 'move' | 'activity'
}

const LINES = 12

/** What happened in CRM last, newest first: activities that came, items that changed their stage. */
export function newsFor(portal: PortalState, user: User, texts: Texts): NewsLine[] {
  const { world } = portal
  const activities = [...world.activities.values()]
    .slice(-LINES)
    .filter(({ bindings }) => canReadAny(world, user, bindings))
    .map((activity): NewsLine => ({ at: activity.created, text: activityText(activity, texts), kind: 'activity' }))
  const moves = movesOf(portal, user, texts)
  return [...activities, ...moves].sort((one, other) => other.at.getTime() - one.at.getTime()).slice(0, LINES)
}

/** What came, in the reader's language: subjects are in that of whoever wrote them. */
function activityText(activity: Activity, { news }: Texts): string {
  const { providerId, direction, settings, subject, communications } = activity
  const isIncoming = direction === 1
  switch (providerId) {
    case 'VOXIMPLANT_CALL': {
      const phone = communications[0]?.value ?? ''
      if (settings.MISSED_CALL) return fill(news['call-missed'], { phone })
      return fill(news[isIncoming ? 'call-in' : 'call-out'], { phone })
    }
    case 'CRM_EMAIL':
      return news[isIncoming ? 'mail-in' : 'mail-out']
    case 'IMOPENLINES_SESSION':
      return news.chat
    case 'CRM_WEBFORM':
      return news.form
    default:
      return subject
  }
}

function movesOf({ world }: PortalState, user: User, { news }: Texts): NewsLine[] {
  const rows = world.stageHistory.filter(({ typeId }) => typeId !== 1).slice(-LINES)
  return rows
    .filter(({ entityTypeId, ownerId }) => canReadAny(world, user, [{ entityTypeId, id: ownerId }]))
    .map(({ entityTypeId, ownerId, stageId, userId, createdTime }) => {
      const item = findItem(world, entityTypeId, ownerId)?.title ?? fill(news.item, { id: ownerId })
      const stage = findStage(world, entityTypeId, stageId)?.name ?? stageId
      const person = world.users.get(userId ?? 0)
      const text = person
        ? fill(news['moved-as'], { item, stage, person: `${person.name} ${person.lastName}` })
        : fill(news.moved, { item, stage })
      return { at: createdTime, text, kind: 'move' as const }
    })
}
