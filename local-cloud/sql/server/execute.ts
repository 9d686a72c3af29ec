// SQL without a connection, for tests.
import { SqlError } from '../model/errors.ts'
import { openSession, runIn } from './session.ts'
import type { ServerState } from './state.ts'

export function createExecute(state: ServerState) {
  const { options, database } = state
  const session = openSession(options.database, {
    id: 1,
    name: 'dbo',
    login: `${options.administrator}@${options.tenantId}`,
    isAdministrator: true,
  })
  let previous: Promise<unknown> = Promise.resolve()

  async function executeNext(sql: string): Promise<Record<string, unknown>[]> {
    const { rows, error, changes } = await runIn(session, 'rows', { sql }, database)
    state.changes += changes
    if (error) throw new SqlError(error.number, error.message, error)
    return rows
  }

  return function execute(sql: string): Promise<Record<string, unknown>[]> {
    const result = previous.then(() => executeNext(sql))
    previous = result.catch(() => {})
    return result
  }
}
