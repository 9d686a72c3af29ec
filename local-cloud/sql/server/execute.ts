// SQL without a connection, for tests.
import { runBatch } from '../engine/execution/batch.ts'
import { createSession } from '../engine/execution/session.ts'
import { decimalToText } from '../engine/storage/decimals.ts'
import { digitsOf } from '../model/decimals.ts'
import type { ResultColumn } from '../model/results.ts'
import { dateOf } from '../model/temporal.ts'
import { familyOf, type SqlType, type Value } from '../model/types.ts'
import type { ServerState } from './state.ts'

export function createExecute({ store, lock, options }: ServerState) {
  const session = createSession(store, options.database, {
    id: 1,
    name: 'dbo',
    login: `${options.administrator}@${options.tenantId}`,
    isAdministrator: true,
  })
  return async function execute(sql: string): Promise<Record<string, unknown>[]> {
    await lock.acquire(session)
    const outcomes = runBatch(session, sql)
    if (session.transactionCount === 0) lock.release(session)
    const failed = outcomes.find((outcome) => outcome.kind === 'error')
    if (failed) throw failed.error
    const result = outcomes.findLast((outcome) => outcome.kind === 'rows')
    return result?.rows.map((row) => asObject(result.columns, row)) ?? []
  }
}

function asObject(columns: ResultColumn[], row: Value[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(({ name, type }, index) => [name, asJavaScript(row[index] ?? null, type)]),
  )
}

// As tedious gives them.
function asJavaScript(value: Value, type: SqlType): unknown {
  if (value === null) return null
  switch (familyOf(type)) {
    case 'integer':
      if (type.name === 'bit') return value === 1n
      return type.name === 'bigint' ? String(value) : Number(value)
    case 'decimal':
      return Number(decimalToText(digitsOf(value), type.scale))
    case 'moment':
      return dateOf(value as bigint)
    case 'binary':
      return Buffer.from(value as Uint8Array)
    default:
      return value
  }
}
