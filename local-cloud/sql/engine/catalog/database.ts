// An empty database: its catalog, and the administrator as dbo.
import { openStore, type Store } from '../storage/store.ts'
import { createSystemTables } from './system-tables.ts'
import { createFirstUsers } from './users.ts'

/** Opens a database in memory. `administrator` is an object id or a client id. */
export function openDatabase(administrator: string, database = ''): Store {
  const store = openStore({ database })
  createCatalog(store, administrator)
  return store
}

/** Makes an empty file a database. */
export function createCatalog(store: Store, administrator: string): void {
  createSystemTables(store)
  createFirstUsers(store, administrator)
}
