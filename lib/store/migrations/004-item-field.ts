import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** How watched fields of items were last seen, for `field-changed`. */
export const itemField: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('item_field')
      .$call(
        columns({
          portal: 'text',
          entity_type_id: 'integer',
          item_id: 'integer',
          field: 'text',
          category_id: 'integer?',
          hash: 'text',
          changed_at: 'text?',
          nth: 'integer',
        }),
      )
      .addPrimaryKeyConstraint('item_field_pk', ['portal', 'entity_type_id', 'item_id', 'field'])
      .execute()
    await db.schema
      .createIndex('item_field_of_pipeline')
      .on('item_field')
      .columns(['portal', 'entity_type_id', 'category_id', 'field'])
      .execute()
  },
}
