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
  const value = `The duplicate key value is (${shown.join(', ')}).`
  const object = `object '${table.schema}.${table.name}'`
  if (key.isIndex) {
    const words = `Cannot insert duplicate key row in ${object} with unique index '${key.name}'.`
    throw new SqlError(2601, `${words} ${value}`, { class: 14 })
  }
  const constraint = `${key.primary ? 'PRIMARY' : 'UNIQUE'} KEY constraint '${key.name}'`
  throw new SqlError(2627, `Violation of ${constraint}. Cannot insert duplicate key in ${object}. ${value}`, {
    class: 14,
  })
}

/** @throws SqlError 1505 when rows that were there before a key have the same */
export function checkNewKey(table: Table, key: Key, action: string, context: Context): void {
  const columns = key.columns.map((name) => columnOf(table, columnIndex(table, name)))
  const list = columns.map(({ name }) => quoted(name)).join(', ')
  const compared = columns.map(({ name, type }) => comparable(quoted(name), type)).join(', ')
  const [same] = context.store.all(
    `SELECT ${list} FROM ${storedName(table)} GROUP BY ${compared} HAVING count(*) > 1 LIMIT 1`,
  )
  if (!same) return
  const shown = columns.map(({ type }, index) => shownValue(same[index] ?? null, type))
  const names = `object name '${table.schema}.${table.name}' and the index name '${key.name}'`
  throw new SqlError(
    1505,
    `The ${action} statement terminated because a duplicate key was found for the ${names}. The duplicate key value is (${shown.join(', ')}).`,
  )
}

function columnOf(table: Table, index: number): { name: string; type: SqlType } {
  const column = table.columns[index]
  if (!column) throw new RangeError(`${table.name} has no column ${index}.`)
  return column
}
