// The SQLite database: in memory, or in a file that several processes share.
import { DatabaseSync } from 'node:sqlite'
import { databaseFull, NOT_IMITATED, overflow, SqlError, updateConflict } from '../../model/errors.ts'
import { isText, type SqlType, type Value } from '../../model/types.ts'
import { DIGITS_OF_TICKS } from '../../model/zoned.ts'
import { openIdentities } from './identities.ts'
import { LARGEST_RESULT, sizeOf } from './result-size.ts'
import { registerFunctions } from './sqlite-functions.ts'
import { createTransaction } from './transaction.ts'

export type Store = ReturnType<typeof openStore>
export type Parameters = Record<string, Value>

interface StoreOptions {
  /** In memory without it. */
  file?: string
  /** What T-SQL calls the database. */
  database?: string
  /** How long a writer waits for another one, in milliseconds, unless the session has set that itself. */
  lockTimeout?: number
}

export function openStore({ file = ':memory:', database = '', lockTimeout = 0 }: StoreOptions = {}) {
  const sqlite = open(file)
  const transaction = createTransaction(sqlite)
  const identities = openIdentities(file)

  return {
    database,
    /** The session whose temporary tables are meant. */
    session: 0,

    /** Runs one statement of SQLite's SQL, and gives its rows as arrays. */
    all(sql: string, parameters: Parameters = {}): Value[][] {
      return translated(() => {
        const statement = sqlite.prepare(sql)
        statement.setReadBigInts(true)
        statement.setReturnArrays(true)
        // A part of a statement that is run ahead, such as the n of TOP (n), does not name them all.
        statement.setAllowUnknownNamedParameters(true)
        return bounded(statement.iterate(parameters) as unknown as Iterable<Value[]>)
      })
    },

    /** Runs one statement, and says how many rows it changed. */
    run(sql: string, parameters: Parameters = {}): number {
      return translated(() => Number(sqlite.prepare(sql).run(parameters).changes))
    },

    ...transaction,
    identities,
    close() {
      sqlite.close()
      identities.close()
    },

    /** Sets how long a writer waits for another one: as long as was said at the start, or so many milliseconds. */
    waitForLocks(milliseconds = lockTimeout): void {
      sqlite.exec(`PRAGMA busy_timeout = ${milliseconds}`)
    },

    /** How many rows have been inserted, updated or deleted since the store was opened. */
    changes: () => Number(sqlite.prepare('SELECT total_changes() AS count').get()?.count),
  }
}

function open(file: string): DatabaseSync {
  const sqlite = new DatabaseSync(file)
  // With a write-ahead log, readers pass a writer and see what is committed. The file does not outlive the server.
  sqlite.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA max_page_count = ${MOST_PAGES}`)
  registerFunctions(sqlite)
  return sqlite
}

/** One gigabyte in pages of 4 KB. */
const MOST_PAGES = 262_144

// Of SQLite's own result codes.
const FULL = 13
const BUSY_SNAPSHOT = 517

/** @throws SqlError 50000 for more rows than fit in memory */
function bounded(rows: Iterable<Value[]>): Value[][] {
  const list: Value[][] = []
  let size = 0
  for (const row of rows) {
    size += sizeOf(row)
    if (size > LARGEST_RESULT) {
      const most = `${LARGEST_RESULT / 1024 / 1024} MB`
      throw new SqlError(
        NOT_IMITATED,
        `The result of a statement of the local database may take ${most}: ask for less.`,
      )
    }
    list.push(row)
  }
  return list
}

function translated<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof SqlError) throw error
    const { errcode, message } = error as { errcode?: number; message: string }
    if (message === 'integer overflow') throw overflow('bigint')
    if (errcode === FULL) throw databaseFull()
    if (errcode === BUSY_SNAPSHOT) throw updateConflict()
    throw new Error(`SQLite refused what the statement was translated to: ${message}`, {
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
  if (type.name === 'datetimeoffset') return `substr(${sql}, 1, ${DIGITS_OF_TICKS})`
  if (!isText(type)) return sql
  return type.name === 'varchar' ? `collation_key_varchar(${sql})` : `collation_key(${sql})`
}
