// PRIMARY KEY and UNIQUE.
import { SqlError } from '../../model/errors.ts'
import type { Value } from '../../model/types.ts'
import { columnIndex, storedName, type Table } from '../catalog/table.ts'
import { decimalToText } from '../storage/decimals.ts'
import { comparable, quoted } from '../storage/store.ts'
import type { Context } from '../translation/context.ts'

/**
 * Looks whether another row has the keys of a new or changed one. To a key, unlike to a condition, NULL equals NULL.
 *
 * @throws SqlError 2627 when there is one
 */
export function checkKeys(table: Table, values: Value[], rowid: bigint | undefined, context: Context): void {
  for (const key of table.keys) {
    const columns = key.columns.map((name) => columnIndex(table, name))
    const conditions = columns.map((column) => {
      const { name = '', type } = table.columns[column] ?? {}
      if (!type) return ''
      return `${comparable(quoted(name), type)} IS ${comparable(`:k${column}`, type)}`
    })
    const parameters = Object.fromEntries(columns.map((column) => [`k${column}`, values[column] ?? null]))
    const taken = context.store.all(
      `SELECT 1 FROM ${storedName(table)} WHERE ${conditions.join(' AND ')} AND _rowid_ IS NOT :rowid`,
      { ...parameters, rowid: rowid ?? null },
    )
    if (taken.length === 0) continue
    const shown = columns.map((column) =>
      shownValue(values[column] ?? null, table.columns[column]?.type.scale ?? 0),
    )
    throw new SqlError(
      2627,
      `Violation of ${key.primary ? 'PRIMARY' : 'UNIQUE'} KEY constraint '${key.name}'. Cannot insert duplicate key in object '${table.schema}.${table.name}'. The duplicate key value is (${shown.join(', ')}).`,
      { class: 14 },
    )
  }
}

function shownValue(value: Value, scale: number): string {
  if (value === null) return '<NULL>'
  return typeof value === 'bigint' ? decimalToText(value, scale) : String(value)
}
