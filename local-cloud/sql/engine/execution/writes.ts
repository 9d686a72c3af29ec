// INSERT, UPDATE and DELETE. The new values are calculated first, then checked and stored row by row.
import { invalidObject, SqlError } from '../../model/errors.ts'
import type { Value } from '../../model/types.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { findTable } from '../catalog/catalog.ts'
import { requirePermission } from '../catalog/permissions.ts'
import { columnIndex, storedName, type Table } from '../catalog/table.ts'
import { quoted } from '../storage/store.ts'
import { translateCondition } from '../translation/conditions.ts'
import { type Context, type Relation, runTranslated, type Scope } from '../translation/context.ts'
import { translateExpression } from '../translation/expressions.ts'
import { translateQuery } from '../translation/queries.ts'
import { translateRows } from '../translation/sources.ts'
import { checkKeys } from './keys.ts'
import { fitted } from './row-checks.ts'

/** How many rows may follow VALUES. Rows that stand in for a table in a FROM know no such limit. */
const MOST_ROWS = 1_000

export function insertRows(statement: Extract<Statement, { kind: 'insert' }>, context: Context): number {
  const table = tableFor('INSERT', statement.table, context)
  const names = statement.columns.length > 0 ? statement.columns : table.columns.map(({ name }) => name)
  const targets = names.map((name) => columnIndex(table, name))
  if (Array.isArray(statement.rows) && statement.rows.length > MOST_ROWS) {
    const words =
      'The number of row value expressions in the INSERT statement exceeds the maximum allowed number'
    throw new SqlError(10738, `${words} of ${MOST_ROWS} row values.`, { class: 15 })
  }
  const source = Array.isArray(statement.rows)
    ? translateRows(statement.rows, context)
    : translateQuery(statement.rows, context, undefined, [], true)
  if (source.columns.length !== targets.length) {
    throw wrongCount(statement, source.columns.length, targets.length)
  }
  const rows = runTranslated(source.sql, context).map((row) =>
    table.columns.map((_, column) => newValue(table, column, targets.indexOf(column), source, row, context)),
  )
  for (const values of rows) store(table, values, undefined, context)
  checkKeys(table, rows, context)
  return rows.length
}

// The value of a column of the new row, or NULL when the statement does not name that column.
function newValue(
  table: Table,
  column: number,
  source: number,
  { columns }: Relation,
  row: Value[],
  context: Context,
): Value {
  const definition = table.columns[column]
  const from = columns[source]
  if (!definition) return null
  return fitted(from ? (row[source] ?? null) : null, from?.type ?? definition.type, definition, {
    table,
    database: context.database,
    action: 'INSERT',
  })
}

export function updateRows(statement: Extract<Statement, { kind: 'update' }>, context: Context): number {
  const table = tableFor('UPDATE', statement.table, context)
  const scope = scopeOf(table, statement.table)
  const changes = statement.changes.map(({ column, value }) => ({
    column: columnIndex(table, column),
    value: translateExpression(value, context, scope),
  }))
  const where = whereClause(statement, context, scope)
  const list = [...table.columns.map(({ name }) => quoted(name)), ...changes.map(({ value }) => value.sql)]
  const rows = runTranslated(
    `SELECT _rowid_, ${list.join(', ')} FROM ${storedName(table)} AS t0${where}`,
    context,
  )
  const changed = rows.map(([rowid, ...values]) => {
    const next = values.slice(0, table.columns.length)
    for (const [index, { column, value }] of changes.entries()) {
      const definition = table.columns[column]
      if (!definition) continue
      next[column] = fitted(values[table.columns.length + index] ?? null, value.type, definition, {
        table,
        database: context.database,
        action: 'UPDATE',
      })
    }
    store(table, next, rowid as bigint, context)
    return next
  })
  checkKeys(table, changed, context)
  return changed.length
}

export function deleteRows(statement: Extract<Statement, { kind: 'delete' }>, context: Context): number {
  const table = tableFor('DELETE', statement.table, context)
  const where = whereClause(statement, context, scopeOf(table, statement.table))
  const rows = runTranslated(`SELECT _rowid_ FROM ${storedName(table)} AS t0${where}`, context)
  for (const [rowid = null] of rows) {
    context.store.run(`DELETE FROM ${storedName(table)} WHERE _rowid_ = :rowid`, { rowid })
  }
  return rows.length
}

// A statement that reads the table which it changes needs SELECT on it too.
function whereClause(
  statement: Extract<Statement, { kind: 'update' | 'delete' }>,
  context: Context,
  scope: Scope,
): string {
  if (!statement.where) return ''
  const table = findTable(context.store, statement.table)
  if (table) requirePermission(context.store, context.principal, 'SELECT', table, context.database)
  return ` WHERE ${translateCondition(statement.where, context, scope)}`
}

function tableFor(permission: string, path: string[], context: Context): Table {
  const table = findTable(context.store, path)
  if (!table) throw invalidObject(path.join('.'))
  requirePermission(context.store, context.principal, permission, table, context.database)
  if (table.schema === 'sys') throw new SqlError(259, 'Ad hoc updates to system catalogs are not allowed.')
  return table
}

function scopeOf(table: Table, path: string[]): Scope {
  return {
    relations: [{ sql: storedName(table), columns: table.columns, path, alias: 't0' }],
    common: [],
    outer: undefined,
  }
}

function wrongCount(
  statement: Extract<Statement, { kind: 'insert' }>,
  given: number,
  wanted: number,
): SqlError {
  if (statement.columns.length === 0) {
    return new SqlError(213, 'Column name or number of supplied values does not match table definition.')
  }
  const [number, word] = given < wanted ? [109, 'more'] : [110, 'fewer']
  const words = `There are ${word} columns in the INSERT statement than values specified in the VALUES clause.`
  return new SqlError(
    number,
    `${words} The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.`,
    { class: 15 },
  )
}

function store(table: Table, values: Value[], rowid: bigint | undefined, context: Context): void {
  const parameters = Object.fromEntries(values.map((value, index) => [`v${index}`, value]))
  if (rowid === undefined) {
    const placeholders = values.map((_, index) => `:v${index}`).join(', ')
    context.store.run(`INSERT INTO ${storedName(table)} VALUES (${placeholders})`, parameters)
    return
  }
  const assignments = table.columns.map(({ name }, index) => `${quoted(name)} = :v${index}`).join(', ')
  context.store.run(`UPDATE ${storedName(table)} SET ${assignments} WHERE _rowid_ = :rowid`, {
    ...parameters,
    rowid,
  })
}
