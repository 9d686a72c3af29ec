// The last number that each table with an identity column has given. No rollback takes one back, so they are kept apart from
// the database, in a file of their own that its processes share.
import { DatabaseSync } from 'node:sqlite'

export type Identities = ReturnType<typeof openIdentities>

/** @param file that of the database */
export function openIdentities(file: string) {
  const sqlite = new DatabaseSync(file === ':memory:' ? file : `${file}-identities`)
  sqlite.exec(
    `PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS identities (object_id INTEGER PRIMARY KEY, last INTEGER)`,
  )

  return {
    last(objectId: number): bigint | undefined {
      const statement = sqlite.prepare('SELECT last FROM identities WHERE object_id = ?')
      statement.setReadBigInts(true)
      return statement.get(objectId)?.last as bigint | undefined
    },

    note(objectId: number, last: bigint): void {
      sqlite.prepare('INSERT OR REPLACE INTO identities VALUES (?, ?)').run(objectId, last)
    },

    forget(objectId: number): void {
      sqlite.prepare('DELETE FROM identities WHERE object_id = ?').run(objectId)
    },

    close: () => sqlite.close(),
  }
}
