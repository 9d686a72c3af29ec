// DELETE, with the rows that go along because of ON DELETE CASCADE, and TRUNCATE TABLE.
import { SqlError } from '../../model/errors.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { tableWithId } from '../catalog/catalog.ts'
import { foreignKeysTo } from '../catalog/constraints.ts'
import { storedName, type Table } from '../catalog/table.ts'
import { type Context, runTranslated } from '../translation/context.ts'
import { checkReferencesTo, matching } from './constraints.ts'
import type { Written } from './insert.ts'
import { outputRows } from './output.ts'
import { isOneOf, type RowId } from './rows.ts'
import { targetOf } from './targets.ts'

export function deleteRows(statement: Extract<Statement, { kind: 'delete' }>, context: Context): Written {
  const { table, alias, clauses } = targetOf(statement, context)
  const rows = runTranslated(`SELECT DISTINCT ${alias}._rowid_${clauses}`, context)
  const rowids = rows.map(([rowid]) => rowid as RowId)
  const isJoined = statement.from !== undefined
  const output = outputRows(statement.output, { table, deletedInPlace: rowids, isJoined }, context)
  const touched = deleteWithReferences(table, rowids, context)
  for (const each of touched) checkReferencesTo(each, 'DELETE', context)
  return { count: rowids.length, output }
}

// Deletes rows and what refers to them by a cascade. Gives the tables that it deleted from.
function deleteWithReferences(table: Table, rowids: RowId[], context: Context): Table[] {
  if (rowids.length === 0) return []
  const touched = foreignKeysTo(context.store, table).flatMap(({ objectId, foreignKey }) => {
    if (!foreignKey.cascades) return []
    const child = tableWithId(context.store, objectId)
    const rows = runTranslated(
      `SELECT child._rowid_ FROM ${storedName(child)} AS child JOIN ${storedName(table)} AS parent
        ON ${matching(child, 'child', 'parent', foreignKey)} WHERE ${isOneOf('parent', rowids, context)}`,
      context,
    )
    return deleteWithReferences(
      child,
      rows.map(([rowid]) => rowid as RowId),
      context,
    )
  })
  for (const rowid of rowids) {
    context.store.run(`DELETE FROM ${storedName(table)} WHERE _rowid_ = :rowid`, { rowid })
  }
  return [table, ...touched]
}

/**
 * Deletes all rows, and begins again with the numbers of an identity column.
 *
 * @throws SqlError 4712 when a foreign key of another table refers to it
 */
export function truncate(table: Table, { store }: Context): void {
  if (foreignKeysTo(store, table).some(({ objectId }) => objectId !== table.objectId)) {
    throw new SqlError(
      4712,
      `Cannot truncate table '${table.name}' because it is being referenced by a FOREIGN KEY constraint.`,
    )
  }
  store.run(`DELETE FROM ${storedName(table)}`)
  store.identities.forget(table.objectId)
}
