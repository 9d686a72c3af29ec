// CHECK and FOREIGN KEY: what the rows must be like once a statement has stored them.
import { SqlError } from '../../model/errors.ts'
import { parseCondition } from '../../tsql/parser.ts'
import { tableWithId } from '../catalog/catalog.ts'
import { foreignKeysTo } from '../catalog/constraints.ts'
import { type Check, type ForeignKey, isSameName, storedName, type Table } from '../catalog/table.ts'
import { comparable, quoted } from '../storage/store.ts'
import { translateCondition } from '../translation/conditions.ts'
import { type Context, runTranslated } from '../translation/context.ts'
import { columnsIn } from './column-names.ts'
import { isOneOf, type RowId } from './rows.ts'
import { scopeOf } from './targets.ts'

/**
 * Looks at rows that were stored, at all of the table when none are named.
 *
 * @throws SqlError 547 when one of them breaks a CHECK
 */
export function checkChecks(
  table: Table,
  checks: Check[],
  rowids: RowId[] | undefined,
  action: string,
  context: Context,
): void {
  for (const check of checks) {
    const condition = parseCondition(check.condition)
    const failed = `(${translateCondition(condition, context, scopeOf(table, [table.name]))} IS 0)`
    if (!someRow(table, failed, rowids, context)) continue
    const columns = columnsIn(condition)
    throw conflict(action, 'CHECK', check.name, table, columns, context)
  }
}

/** @throws SqlError 547 when what one of the rows refers to is not there */
export function checkReferences(
  table: Table,
  foreignKeys: ForeignKey[],
  rowids: RowId[] | undefined,
  action: string,
  context: Context,
): void {
  for (const foreignKey of foreignKeys) {
    const parent = tableWithId(context.store, foreignKey.references.objectId)
    if (!someRow(table, isOrphan(table, parent, foreignKey), rowids, context)) continue
    const kind = `FOREIGN KEY${sameTable(table, parent)}`
    throw conflict(action, kind, foreignKey.name, parent, foreignKey.references.columns, context)
  }
}

/** @throws SqlError 547 when a row that was deleted or changed is still referred to */
export function checkReferencesTo(table: Table, action: string, context: Context): void {
  for (const { objectId, foreignKey } of foreignKeysTo(context.store, table)) {
    const child = tableWithId(context.store, objectId)
    if (!someRow(child, isOrphan(child, table, foreignKey), undefined, context)) continue
    const kind = `${sameTable(child, table).trimStart()} REFERENCE`.trimStart()
    throw conflict(action, kind, foreignKey.name, child, foreignKey.columns, context)
  }
}

function sameTable(table: Table, parent: Table): string {
  return table.objectId === parent.objectId ? ' SAME TABLE' : ''
}

function someRow(table: Table, condition: string, rowids: RowId[] | undefined, context: Context): boolean {
  const among = rowids ? ` AND ${isOneOf('t0', rowids, context)}` : ''
  const sql = `SELECT 1 FROM ${storedName(table)} AS t0 WHERE ${condition}${among} LIMIT 1`
  return runTranslated(sql, context).length > 0
}

// A row that has NULL in one of the columns refers to nothing.
function isOrphan(table: Table, parent: Table, foreignKey: ForeignKey): string {
  const present = foreignKey.columns.map((name) => `t0.${quoted(name)} IS NOT NULL`)
  const match = matching(table, 't0', 'parent', foreignKey)
  return `(${present.join(' AND ')} AND NOT EXISTS (SELECT 1 FROM ${storedName(parent)} AS parent WHERE ${match}))`
}

/** Writes the condition that a row has the values of another, to which it refers. */
export function matching(table: Table, alias: string, parent: string, foreignKey: ForeignKey): string {
  const pairs = foreignKey.columns.map((name, index) => {
    const column = table.columns.find((other) => isSameName(other.name, name))
    const compared = (sql: string) => (column ? comparable(sql, column.type) : sql)
    const target = foreignKey.references.columns[index] ?? ''
    return `${compared(`${parent}.${quoted(target)}`)} = ${compared(`${alias}.${quoted(name)}`)}`
  })
  return pairs.join(' AND ')
}

function conflict(
  action: string,
  kind: string,
  name: string,
  table: Table,
  columns: string[],
  { database }: Context,
): SqlError {
  const [column, ...others] = columns
  const where = column && others.length === 0 ? `, column '${column}'` : ''
  return new SqlError(
    547,
    `The ${action} statement conflicted with the ${kind} constraint "${name}". The conflict occurred in database "${database}", table "${table.schema}.${table.name}"${where}.`,
    { state: 0 },
  )
}
