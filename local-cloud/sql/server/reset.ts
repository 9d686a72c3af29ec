// Prepares the database, and goes back to it as it was prepared.
import type { ServerState } from './state.ts'

export function createReset(state: ServerState, dropConnections: () => void) {
  let prepare = async () => {}
  let changesOfSeed = state.changes

  async function seed(how: typeof prepare): Promise<void> {
    prepare = how
    await prepare()
    changesOfSeed = state.changes
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
    if (state.changes === changesOfSeed) return
    // A connection holds a user of the old database, and perhaps a transaction.
    dropConnections()
    await state.database.clear()
    await seed(prepare)
  }

  return { seed, reset }
}
