import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How watched fields of items were last seen, for `field-changed`. */
export const itemField: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('item_field')
      .addColumn('portal', 'text', (c) => c.notNull())
      .addColumn('entity_type_id', 'integer', (c) => c.notNull())
      .addColumn('item_id', 'integer', (c) => c.notNull())
      .addColumn('field', 'text', (c) => c.notNull())
      .addColumn('category_id', 'integer')
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'text')
      .addColumn('nth', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('item_field_pk', ['portal', 'entity_type_id', 'item_id', 'field'])
      .execute()
    await db.schema
      .createIndex('item_field_of_pipeline')
      .on('item_field')
      .columns(['portal', 'entity_type_id', 'category_id', 'field'])
      .execute()
  },
}
