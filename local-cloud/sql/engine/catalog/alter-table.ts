// ALTER TABLE, as far as columns go.
import { SqlError } from '../../model/errors.ts'
import type { ColumnDefinition } from '../../tsql/syntax.ts'
import { quoted, type Store } from '../storage/store.ts'
import { tableWithId } from './catalog.ts'
import { checkColumns, recordColumn } from './define-table.ts'
import { isSameName, storedName, type Table } from './table.ts'

/**
 * Adds a column, in which every row has NULL for now, and gives the table as it is then.
 *
 * @throws SqlError 2705 for a name that is taken, 2744 for a second identity column
 */
export function addColumn(store: Store, table: Table, column: ColumnDefinition): Table {
  checkColumns(table.name, [...table.columns, column])
  store.run(`ALTER TABLE ${storedName(table)} ADD COLUMN ${quoted(column.name)}`)
  const [[last = 0n] = []] = store.all('SELECT max(column_id) FROM columns WHERE object_id = :object', {
    object: BigInt(table.objectId),
  })
  recordColumn(store, table.objectId, Number(last) + 1, column)
  return tableWithId(store, table.objectId)
}

/**
 * Removes a column.
 *
 * @throws SqlError 4924 when it is not there, 4922 when a constraint or an index needs it
 */
export function dropColumn(
  store: Store,
  table: Table,
  name: string,
  needed: (column: string) => boolean,
): void {
  const column = table.columns.find((other) => isSameName(other.name, name))
  const failed = `ALTER TABLE DROP COLUMN ${name} failed because`
  if (!column) {
    throw new SqlError(4924, `${failed} column '${name}' does not exist in table '${table.name}'.`)
  }
  if (needed(column.name)) {
    throw new SqlError(4922, `${failed} one or more objects access this column.`, { state: 9 })
  }
  if (table.columns.length === 1) {
    throw new SqlError(
      4923,
      `${failed} '${name}' is the only data column in table '${table.name}'. A table must have at least one data column.`,
    )
  }
  store.run(`ALTER TABLE ${storedName(table)} DROP COLUMN ${quoted(column.name)}`)
  store.run('DELETE FROM columns WHERE object_id = :object AND name = :name', {
    object: BigInt(table.objectId),
    name: column.name,
  })
}
