import { useI18n } from 'vue-i18n'

/** Settings that the form has no field of its own for. */
const others: Readonly<Record<string, string>> = {
  kind: 'journal.kind',
  entityTypeId: 'journal.type',
  categoryId: 'board.pipeline',
}

/** What the API's path of a setting, such as `fields.line`, is called in the form. */
export function useFieldLabel(): (path: string) => string {
  const { t, te } = useI18n()
  return (path) => {
    const [name = ''] = path.replace(/^fields\./, '').split('.')
    const key = others[name] ?? `fields.${name}.label`
    return t(te(key) ? key : 'fields.other.label')
  }
}
