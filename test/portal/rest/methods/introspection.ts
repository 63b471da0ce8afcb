import type { PortalState } from '../../state.ts'
import { RestError } from '../error.ts'
import type { Method, Methods } from '../method.ts'
import { legacyParam, text } from '../params.ts'
import { yesNo } from '../php.ts'

type Find = (portal: PortalState, name: string) => Method | undefined

/** Asking what there is: `method.get` is the official way to probe undocumented methods (platform.md 1.8, 5.5). */
export function introspection(find: Find): Methods {
  return {
    'method.get': {
      scopes: ['basic'],
      run: ({ portal, token, params }) => {
        const name = text(legacyParam(params, 'name')).toLowerCase()
        const found = find(portal, name)
        const scopes = name === 'batch' ? ['basic'] : (found?.scopes ?? [])
        const isAvailable = scopes.some((scope) => scope === 'basic' || token.scope.includes(scope))
        return { result: { isExisting: scopes.length > 0, isAvailable } }
      },
    },
    'feature.get': {
      scopes: ['basic'],
      run: ({ params }) => {
        const code = text(legacyParam(params, 'CODE'))
        if (code === '') throw new RestError('CODE_EMPTY', 'CODE can not be empty')
        return { result: { value: yesNo(code === 'rest_offline_extended') } }
      },
    },
  }
}
