import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type DatabaseConnection,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  SqliteQueryCompiler,
} from 'kysely'

/** Kysely's dialect of SQLite for a process that also serves: it can undo a half-made change of tables, and lets others have their turn. */
export class ServingSqlite extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter()
  }

  override createDriver(): SqliteDriver {
    return new YieldingSqliteDriver(this.#config)
  }

  override createQueryCompiler(): SqliteQueryCompiler {
    return new UnseenValuesCompiler()
  }
}

/** Writes the place of a value as `+?`, which is the same value, and none that SQLite looks at to make its plan: it would make it anew for each (decision 154). */
class UnseenValuesCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?'
  }
}

/** SQLite can undo a half-made change of its tables; Kysely does not use that by itself. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** The longest that statements follow each other before requests and timers have their turn, milliseconds. */
const MAX_RUN_MS = 10

/**
 * SQLite answers within the call, so whoever awaits a statement goes on in the same turn of the event loop: the work of a thousand portals
 * would keep it from turning for seconds, and neither /health nor an event would be answered meanwhile.
 */
class YieldingSqliteDriver extends SqliteDriver {
  #turnedAt = performance.now()

  override async acquireConnection(): Promise<DatabaseConnection> {
    if (performance.now() - this.#turnedAt > MAX_RUN_MS) {
      await nextTurn()
      this.#turnedAt = performance.now()
    }
    return super.acquireConnection()
  }
}
