// What a value must be like to be stored in a column.
import { SqlError } from '../../model/errors.ts'
import { MAX, type SqlType, type Value } from '../../model/types.ts'
import type { ColumnDefinition } from '../../tsql/syntax.ts'
import type { Table } from '../catalog/table.ts'
import { convert } from '../storage/convert.ts'
import { requireConversion } from '../storage/convertible.ts'

/**
 * Converts a value to the type of a column.
 *
 * @throws SqlError 515 for NULL where there must be a value, 2628 for what is too long: a column cuts nothing off
 */
export function fitted(
  value: Value,
  from: SqlType,
  column: ColumnDefinition,
  { table, database, action }: { table: Table; database: string; action: string },
): Value {
  const object = `table '${database}.${table.schema}.${table.name}'`
  if (value === null) {
    if (column.nullable) return null
    throw new SqlError(
      515,
      `Cannot insert the value NULL into column '${column.name}', ${object}; column does not allow nulls. ${action} fails.`,
      { state: 2 },
    )
  }
  requireConversion(from, column.type, 'implicit')
  const whole = convert(value, from, column.type.length > 0 ? { ...column.type, length: MAX } : column.type)
  if (lengthOf(whole) <= column.type.length || column.type.length === 0) return whole
  // Blanks at the end may go.
  const cut = typeof whole === 'string' ? whole.slice(0, column.type.length) : ''
  if (typeof whole === 'string' && whole.slice(column.type.length).trimEnd() === '') return cut
  throw new SqlError(
    2628,
    `String or binary data would be truncated in ${object}, column '${column.name}'. Truncated value: '${cut}'.`,
  )
}

function lengthOf(value: Value): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 0
}
