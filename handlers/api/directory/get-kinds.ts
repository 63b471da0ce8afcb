import type { Kind } from '../../../lib/api/kind.ts'
import { canBeRehearsed } from '../../../lib/engine/decide/rehearse.ts'
import type { Services } from '../../../lib/services.ts'
import { translate } from '../../../lib/texts/translate.ts'
import { suits } from '../../../lib/trigger-settings/suits.ts'
import { kindCodes, kinds } from '../../../lib/triggers/index.ts'
import type { SessionHandler } from '../../http/session.ts'
import { availability, tracksNothing } from './available.ts'
import { readTypes } from './read-types.ts'

/** `GET /api/kinds`: the catalogue, with what this portal lacks for a kind. */
export function getKinds(services: Services): SessionHandler {
  return async ({ portal, language }, _request, response) => {
    const types = await readTypes(services, portal.memberId)
    const available = await availability(services, portal, language)
    const isUntracked = await tracksNothing(services, portal.memberId)
    response.json(
      kindCodes.map((code): Kind => {
        const { kind, group, fields } = kinds[code]
        return {
          kind,
          group,
          title: translate(language, `kinds.${code}.title`),
          description: translate(language, `kinds.${code}.description`),
          use: translate(language, `kinds.${code}.use`),
          fields,
          entityTypes: types.map(({ entityTypeId }) => entityTypeId).filter((id) => suits(code, id)),
          available: available(code),
          ...(code === 'email-link-clicked' && isUntracked && { fallback: translate(language, 'fallbacks.tracking') }),
          canBeRehearsed: canBeRehearsed(code),
        }
      }),
    )
  }
}
