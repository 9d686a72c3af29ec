// The SQLite database, in memory.
import { DatabaseSync } from 'node:sqlite'
import { overflow, SqlError } from '../../model/errors.ts'
import { isText, type SqlType, type Value } from '../../model/types.ts'
import { registerFunctions } from './sqlite-functions.ts'

export type Store = ReturnType<typeof openStore>
export type Parameters = Record<string, Value>

export function openStore() {
  let sqlite = openInMemory()

  const store = {
    /** Runs one statement of SQLite's SQL, and gives its rows as arrays. */
    all(sql: string, parameters: Parameters = {}): Value[][] {
      return translated(() => {
        const statement = sqlite.prepare(sql)
        statement.setReadBigInts(true)
        statement.setReturnArrays(true)
        // A part of a statement that is run ahead, such as the n of TOP (n), does not name them all.
        statement.setAllowUnknownNamedParameters(true)
        return statement.all(parameters) as unknown as Value[][]
      })
    },

    /** Runs one statement, and says how many rows it changed. */
    run(sql: string, parameters: Parameters = {}): number {
      return translated(() => Number(sqlite.prepare(sql).run(parameters).changes))
    },

    /** Runs some work of which either all is done or, when it throws, nothing. */
    atomically: <Result>(work: () => Result): Result => inSavepoint(sqlite, work),

    begin: () => sqlite.exec('BEGIN'),
    commit: () => sqlite.exec('COMMIT'),
    rollback: () => sqlite.exec('ROLLBACK'),
    close: () => sqlite.close(),

    /** How many rows have been inserted, updated or deleted since the store was opened or cleared. */
    changes: () => Number(sqlite.prepare('SELECT total_changes() AS count').get()?.count),

    /** Throws everything away. */
    clear() {
      sqlite.close()
      sqlite = openInMemory()
    },
  }
  return store
}

function inSavepoint<Result>(sqlite: DatabaseSync, work: () => Result): Result {
  sqlite.exec('SAVEPOINT statement')
  try {
    const result = work()
    sqlite.exec('RELEASE statement')
    return result
  } catch (error) {
    sqlite.exec('ROLLBACK TO statement')
    sqlite.exec('RELEASE statement')
    throw error
  }
}

function openInMemory(): DatabaseSync {
  const sqlite = new DatabaseSync(':memory:')
  registerFunctions(sqlite)
  return sqlite
}

function translated<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && error.message === 'integer overflow') throw overflow('bigint')
    if (error instanceof SqlError) throw error
    throw new Error(`SQLite refused what the statement was translated to: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** Quotes a name for SQLite. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Writes the SQL by which a value is compared, sorted and grouped. */
export function comparable(sql: string, type: SqlType): string {
  return isText(type) ? `collation_key(${sql})` : sql
}
