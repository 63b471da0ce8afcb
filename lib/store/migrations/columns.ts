import type { CreateTableBuilder } from 'kysely'

/** A column's type; `?`: it may be null. */
type Column = 'text' | 'text?' | 'integer' | 'integer?'

/** Adds these columns to a table that is being made, in this order: `createTable('form').$call(columns({ … }))`. */
export function columns<N extends string>(types: Readonly<Record<N, Column>>) {
  return <T extends string, C extends string>(table: CreateTableBuilder<T, C>): CreateTableBuilder<T, C | N> =>
    Object.entries<Column>(types).reduce(
      (made, [name, type]) => {
        const [dataType = 'text', mayBeNull] = type.split(/(?=\?)/) as ['text' | 'integer', '?'?]
        return made.addColumn(name as N, dataType, (column) => (mayBeNull ? column : column.notNull()))
      },
      table as CreateTableBuilder<T, C | N>,
    )
}
