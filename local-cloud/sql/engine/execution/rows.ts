// Single rows of a table, by the number that SQLite gives each of them.
import type { Value } from '../../model/types.ts'
import { storedName, type Table } from '../catalog/table.ts'
import { quoted, type Store } from '../storage/store.ts'
import { bind, type Context } from '../translation/context.ts'

export type RowId = bigint

/** Stores a new row, and gives its number. */
export function insertRow(table: Table, values: Value[], store: Store): RowId {
  const placeholders = values.map((_, index) => `:v${index}`).join(', ')
  const sql = `INSERT INTO ${storedName(table)} VALUES (${placeholders}) RETURNING _rowid_`
  const [[rowid] = []] = store.all(sql, named(values))
  return rowid as RowId
}

export function updateRow(table: Table, rowid: RowId, values: Value[], store: Store): void {
  const assignments = table.columns.map(({ name }, index) => `${quoted(name)} = :v${index}`).join(', ')
  store.run(`UPDATE ${storedName(table)} SET ${assignments} WHERE _rowid_ = :rowid`, {
    ...named(values),
    rowid,
  })
}

function named(values: Value[]): Record<string, Value> {
  return Object.fromEntries(values.map((value, index) => [`v${index}`, value]))
}

/** Writes the condition that a row is one of these. */
export function isOneOf(alias: string, rowids: RowId[], context: Context): string {
  return `${alias}._rowid_ IN (SELECT value FROM json_each(${bind(context, `[${rowids.join(',')}]`)}))`
}
