import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Engine } from '../engine.ts'
import { columns } from './columns.ts'

/** The tables of `schema.ts`. Identity columns are the one thing that the engines write differently. */
export function first(engine: Engine): Migration {
  const withId = <T extends string>(table: CreateTableBuilder<T>) =>
    engine === 'sqlite'
      ? table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
      : table.addColumn('id', 'bigint', (c) => c.primaryKey().generatedByDefaultAsIdentity())
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('portal')
        .addColumn('member_id', 'text', (c) => c.primaryKey())
        .$call(
          columns({
            domain: 'text',
            endpoint: 'text',
            oauth_server: 'text',
            app_code: 'text?',
            application_token: 'text?',
            status: 'text',
            lang: 'text',
            scope: 'text',
            installer_id: 'integer?',
            settings: 'text',
            install_steps: 'text',
            installed_at: 'text?',
            lease_owner: 'text?',
            lease_until: 'text?',
          }),
        )
        .addColumn('lease_number', 'integer', (c) => c.notNull().defaultTo(0))
        .$call(columns({ created_at: 'text', updated_at: 'text' }))
        .execute()
      await db.schema
        .createTable('access')
        .$call(
          columns({
            portal: 'text',
            user_id: 'integer',
            name: 'text',
            is_admin: 'integer',
            access_token: 'text',
            refresh_token: 'text?',
            key_id: 'text',
            expires_at: 'text',
            issued_at: 'text',
            state: 'text',
            refreshing_until: 'text?',
            used_at: 'text',
          }),
        )
        .addPrimaryKeyConstraint('access_pk', ['portal', 'user_id'])
        .execute()
      await withId(db.schema.createTable('trigger'))
        .$call(
          columns({
            portal: 'text',
            version: 'integer',
            kind: 'text',
            name: 'text',
            entity_type_id: 'integer',
            category_id: 'integer?',
            stage_id: 'text',
            from_stages: 'text',
            acting_user_id: 'integer?',
            allow_moving_back: 'integer',
            fields: 'text',
            when_several: 'text',
            via_client: 'integer',
            if_no_access: 'text',
            mode: 'text',
            enabled: 'integer',
            ready_at: 'text',
            attention: 'text?',
            created_at: 'text',
            created_by: 'integer',
            updated_at: 'text',
          }),
        )
        .execute()
      await db.schema.createIndex('trigger_by_portal').on('trigger').columns(['portal', 'enabled', 'kind']).execute()
      await db.schema
        .createTable('trigger_version')
        .$call(
          columns({
            portal: 'text',
            trigger_id: 'integer',
            version: 'integer',
            body: 'text?',
            changed_at: 'text',
            changed_by: 'integer',
          }),
        )
        .addPrimaryKeyConstraint('trigger_version_pk', ['trigger_id', 'version'])
        .execute()
      await withId(db.schema.createTable('work'))
        .$call(
          columns({
            portal: 'text',
            kind: 'text',
            subject: 'text',
            body: 'text',
            due_at: 'text',
            attempts: 'integer',
            state: 'text',
            reason: 'text?',
            created_at: 'text',
            updated_at: 'text',
          }),
        )
        .execute()
      await db.schema.createIndex('work_due').on('work').columns(['state', 'due_at', 'portal']).execute()
      await db.schema.createIndex('work_of_portal').on('work').columns(['portal', 'state', 'due_at']).execute()
      await db.schema
        .createIndex('work_once')
        .unique()
        .on('work')
        .columns(['portal', 'kind', 'subject'])
        .where(sql<boolean>`state = 'due' and kind <> 'notice'`)
        .execute()
      await db.schema
        .createTable('occurrence')
        .$call(
          columns({
            portal: 'text',
            key: 'text',
            kind: 'text',
            at: 'text',
            source: 'text',
            facts: 'text',
            origin: 'text',
            yields_to: 'text?',
            heard_at: 'text',
            filtered: 'text',
          }),
        )
        .addPrimaryKeyConstraint('occurrence_pk', ['portal', 'key'])
        .execute()
      await db.schema.createIndex('occurrence_heard').on('occurrence').columns(['portal', 'heard_at']).execute()
      await withId(db.schema.createTable('decision'))
        .$call(
          columns({
            portal: 'text',
            occurrence_key: 'text',
            kind: 'text',
            trigger_id: 'integer',
            trigger_name: 'text',
            entity_type_id: 'integer',
            item_id: 'integer',
            item_title: 'text?',
            outcome: 'text',
            reason: 'text?',
            facts: 'text',
            move_from: 'text?',
            move_to: 'text?',
            move_user_id: 'integer?',
            on_behalf_of: 'integer?',
            request_id: 'text?',
            at: 'text',
            undone_at: 'text?',
            undone_by: 'integer?',
            corrected_at: 'text?',
            corrected_to: 'text?',
          }),
        )
        .addUniqueConstraint('decision_once', ['portal', 'occurrence_key', 'trigger_id', 'entity_type_id', 'item_id'])
        .execute()
      await db.schema.createIndex('decision_newest').on('decision').columns(['portal', 'id']).execute()
      await db.schema
        .createIndex('decision_of_item')
        .on('decision')
        .columns(['portal', 'entity_type_id', 'item_id', 'id'])
        .execute()
      await db.schema
        .createIndex('decision_of_trigger')
        .on('decision')
        .columns(['portal', 'trigger_id', 'id'])
        .execute()
      await withId(db.schema.createTable('intent'))
        .$call(
          columns({
            portal: 'text',
            occurrence_key: 'text',
            kind: 'text',
            trigger_id: 'integer',
            trigger_name: 'text',
            entity_type_id: 'integer',
            item_id: 'integer',
            item_title: 'text?',
            from_stage: 'text',
            to_stage: 'text',
            category_id: 'integer?',
            user_id: 'integer',
            on_behalf_of: 'integer?',
            moved_time: 'text?',
            if_no_access: 'text',
            state: 'text',
            unknown_calls: 'integer',
            begun_at: 'text',
            lease_number: 'integer',
          }),
        )
        .addUniqueConstraint('intent_once', ['portal', 'occurrence_key', 'entity_type_id', 'item_id'])
        .execute()
      await db.schema
        .createTable('cursor')
        .$call(columns({ portal: 'text', name: 'text', value: 'text' }))
        .addPrimaryKeyConstraint('cursor_pk', ['portal', 'name'])
        .execute()
      await withId(db.schema.createTable('audit'))
        .$call(columns({ portal: 'text', at: 'text', user_id: 'integer?', action: 'text', detail: 'text' }))
        .execute()
      await db.schema.createIndex('audit_newest').on('audit').columns(['portal', 'id']).execute()
      await withId(db.schema.createTable('rest_log'))
        .$call(
          columns({
            portal: 'text',
            at: 'text',
            user_id: 'integer?',
            methods: 'text',
            status: 'integer',
            error: 'text?',
            ms: 'integer',
          }),
        )
        .execute()
      await db.schema.createIndex('rest_log_by_time').on('rest_log').columns(['portal', 'at']).execute()
    },
  }
}
