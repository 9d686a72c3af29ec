// Transactions with READ_COMMITTED_SNAPSHOT on top of SQLite, where one connection at a time can write.
import type { DatabaseSync } from 'node:sqlite'
import { lockTimeout } from '../../model/errors.ts'

/** Of SQLite's own result codes. */
const BUSY = 5

export function createTransaction(sqlite: DatabaseSync) {
  let isOpen = false

  /** @throws SqlError 1222 when another connection writes for too long */
  function lock(): void {
    if (sqlite.isTransaction) return
    try {
      sqlite.exec('BEGIN IMMEDIATE')
    } catch (error) {
      throw (error as { errcode?: number }).errcode === BUSY ? lockTimeout() : error
    }
  }

  function end(how: 'COMMIT' | 'ROLLBACK'): void {
    if (sqlite.isTransaction) sqlite.exec(how)
  }

  return {
    /** Begins a transaction. It holds no lock, and reads what others commit, until it writes. */
    begin(): void {
      isOpen = true
    },
    commit(): void {
      isOpen = false
      end('COMMIT')
    },
    rollback(): void {
      isOpen = false
      end('ROLLBACK')
    },

    /** Sets a mark to go back to. A later one of the same name counts. */
    save(name: string): void {
      lock()
      sqlite.exec(`SAVEPOINT ${mark(name)}`)
    },

    /** Goes back to a mark, and says whether there is one. */
    rollbackTo(name: string): boolean {
      try {
        sqlite.exec(`ROLLBACK TO ${mark(name)}`)
        return true
      } catch {
        return false
      }
    },

    /** Lets nobody else write until the transaction ends. */
    lock,

    /** Reads the database as it is now until the transaction ends. */
    keepSnapshot(): void {
      if (!sqlite.isTransaction) sqlite.exec('BEGIN')
    },

    /** Runs some work that reads: all of it sees the database as it is at one moment. */
    reading<Result>(work: () => Result): Result {
      if (sqlite.isTransaction) return work()
      sqlite.exec('BEGIN')
      try {
        return work()
      } finally {
        end('COMMIT')
      }
    },

    /**
     * Runs some work that writes, of which either all is done or, when it throws, nothing.
     *
     * @throws SqlError 1222 when another connection writes for too long
     */
    atomically<Result>(work: () => Result): Result {
      const isAlone = !isOpen && !sqlite.isTransaction
      lock()
      try {
        return inSavepoint(sqlite, work)
      } finally {
        if (isAlone) end('COMMIT')
      }
    },
  }
}

// Names of savepoints differ in case, and none may be that of a statement.
function mark(name: string): string {
  return `"${Buffer.from(`saved ${name}`).toString('hex')}"`
}

function inSavepoint<Result>(sqlite: DatabaseSync, work: () => Result): Result {
  sqlite.exec('SAVEPOINT statement')
  try {
    const result = work()
    sqlite.exec('RELEASE statement')
    return result
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK TO statement; RELEASE statement')
    throw error
  }
}
