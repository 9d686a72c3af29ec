// PRIMARY KEY and UNIQUE.
import { SqlError } from '../../model/errors.ts'
import type { SqlType, Value } from '../../model/types.ts'
import { columnIndex, type Key, storedName, type Table } from '../catalog/table.ts'
import { shownValue } from '../storage/convert.ts'
import { comparable, quoted } from '../storage/store.ts'
import type { Context } from '../translation/context.ts'

/**
 * Looks whether the rows that a statement has stored have keys of their own. A statement is looked at as a whole, so that
 * `SET Id = Id + 1` may pass through keys that are taken. To a key, unlike to a condition, NULL equals NULL.
 *
 * @throws SqlError 2627 when two rows have the same key
 */
export function checkKeys(table: Table, rows: Value[][], context: Context): void {
  for (const key of table.keys) {
    const columns = key.columns.map((name) => columnIndex(table, name))
    for (const row of rows) checkKey(table, key, columns, row, context)
  }
}

function checkKey(table: Table, key: Key, columns: number[], row: Value[], context: Context): void {
  const conditions = columns.map((column) => {
    const { name, type } = columnOf(table, column)
    return `${comparable(quoted(name), type)} IS ${comparable(`:k${column}`, type)}`
  })
  const same = context.store.all(
    `SELECT 1 FROM ${storedName(table)} WHERE ${conditions.join(' AND ')} LIMIT 2`,
    Object.fromEntries(columns.map((column) => [`k${column}`, row[column] ?? null])),
  )
  if (same.length < 2) return
  const shown = columns.map((column) => shownValue(row[column] ?? null, columnOf(table, column).type))
  throw new SqlError(
    2627,
    `Violation of ${key.primary ? 'PRIMARY' : 'UNIQUE'} KEY constraint '${key.name}'. Cannot insert duplicate key in object '${table.schema}.${table.name}'. The duplicate key value is (${shown.join(', ')}).`,
    { class: 14 },
  )
}

function columnOf(table: Table, index: number): { name: string; type: SqlType } {
  const column = table.columns[index]
  if (!column) throw new RangeError(`${table.name} has no column ${index}.`)
  return column
}
