// Results as objects, for tests that use the database without a connection.
import { decimalToText } from '../engine/storage/decimals.ts'
import { digitsOf } from '../model/decimals.ts'
import type { Outcome, ResultColumn } from '../model/results.ts'
import { dateOf } from '../model/temporal.ts'
import { familyOf, type SqlType, type Value } from '../model/types.ts'
import { zonedFrom } from '../model/zoned.ts'
import type { ErrorData } from './messages.ts'

/** The first error, and the rows of the last result. */
export function rowsOf(outcomes: Outcome[]): {
  rows: Record<string, unknown>[]
  error: ErrorData | undefined
} {
  const failed = outcomes.find((outcome) => outcome.kind === 'error')
  if (failed) {
    const { number, message, class: severity, state } = failed.error
    return { rows: [], error: { number, message, class: severity, state } }
  }
  const result = outcomes.findLast((outcome) => outcome.kind === 'rows')
  return { rows: result?.rows.map((row) => asObject(result.columns, row)) ?? [], error: undefined }
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
    case 'time':
      return new Date(Number((value as bigint) / 10_000n))
    case 'zoned':
      return dateOf(zonedFrom(String(value)).utc)
    case 'moment':
      return dateOf(value as bigint)
    case 'binary':
      return Buffer.from(value as Uint8Array)
    default:
      return value
  }
}
