// Prepares the database, and goes back to it as it was prepared.
import { clearDatabase } from '../engine/catalog/database.ts'
import type { ServerState } from './state.ts'

export function createReset(state: ServerState, dropConnections: () => void) {
  const { store, lock, options } = state
  let prepare = async () => {}
  let changesOfSeed = store.changes()

  async function seed(how: typeof prepare): Promise<void> {
    prepare = how
    await prepare()
    changesOfSeed = store.changes()
    forget()
  }

  function forget(): void {
    state.faults.clear()
    state.logins.clear()
    state.requests.length = 0
    state.activity.clear()
    state.firewall.closed = false
    state.firewall.allowed.clear()
  }

  async function reset(): Promise<void> {
    forget()
    if (store.changes() === changesOfSeed) return
    // A connection holds a user of the old database, and perhaps a transaction: the lock is free once it has ended.
    dropConnections()
    const owner = {}
    await lock.acquire(owner)
    try {
      clearDatabase(store, options.administrator)
    } finally {
      lock.release(owner)
    }
    await seed(prepare)
  }

  return { seed, reset }
}
