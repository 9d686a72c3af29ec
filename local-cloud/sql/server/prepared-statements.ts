// The statements that a connection has prepared. To prepare one is to remember it: each execution reads it again.
import { SqlError } from '../model/errors.ts'

export interface PreparedStatement {
  sql: string
  /** Names and types of the parameters, as they were declared. */
  declaration: string
}

export type PreparedStatements = ReturnType<typeof createPreparedStatements>

export function createPreparedStatements() {
  const statements = new Map<number, PreparedStatement>()
  let last = 0

  return {
    /** Remembers a statement, and gives its handle. */
    add(statement: PreparedStatement): number {
      last += 1
      statements.set(last, statement)
      return last
    },

    /** @throws SqlError 8179 for a handle that is not known, or no longer */
    find(handle: number): PreparedStatement {
      const statement = statements.get(handle)
      if (!statement) throw new SqlError(8179, `Could not find prepared statement with handle ${handle}.`)
      return statement
    },

    remove: (handle: number) => statements.delete(handle),
    clear: () => statements.clear(),
  }
}
