// INSERT, UPDATE and DELETE. The new values are calculated first, then checked and stored row by row.
import { invalidColumn, invalidObject, SqlError } from '../errors.ts'
import type { Statement } from '../tsql/syntax.ts'
import { comparable, findTable, isSameName, storedName, type Table } from './catalog.ts'
import { translateCondition } from './conditions.ts'
import { decimalToText } from './convert.ts'
import { translateExpression } from './expressions.ts'
import { translateQuery } from './queries.ts'
import { fitted } from './row-checks.ts'
import { translateRows } from './sources.ts'
import { quoted } from './store.ts'
import { type Context, type Relation, runTranslated, type Scope } from './translation.ts'
import type { Value } from './types.ts'
import { requirePermission } from './users.ts'

export function insertRows(statement: Extract<Statement, { kind: 'insert' }>, context: Context): number {
  const table = tableFor('INSERT', statement.table, context)
  const names = statement.columns.length > 0 ? statement.columns : table.columns.map(({ name }) => name)
  const targets = names.map((name) => columnIndex(table, name))
  const source = Array.isArray(statement.rows)
    ? translateRows(statement.rows, context)
    : translateQuery(statement.rows, context, undefined, [], true)
  if (source.columns.length !== targets.length)
    throw wrongCount(statement, source.columns.length, targets.length)
  const rows = runTranslated(source.sql, context)
  for (const row of rows) {
    const values = table.columns.map((_, column) =>
      converted(table, column, targets.indexOf(column), source, row, context),
    )
    store(table, values, undefined, context)
  }
  return rows.length
}

// The value of a column of the new row, or NULL when the statement does not name that column.
function converted(
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
    `SELECT rowid, ${list.join(', ')} FROM ${storedName(table)} AS t0${where}`,
    context,
  )
  for (const [rowid, ...values] of rows) {
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
  }
  return rows.length
}

export function deleteRows(statement: Extract<Statement, { kind: 'delete' }>, context: Context): number {
  const table = tableFor('DELETE', statement.table, context)
  const where = whereClause(statement, context, scopeOf(table, statement.table))
  const rows = runTranslated(`SELECT rowid FROM ${storedName(table)} AS t0${where}`, context)
  for (const [rowid = null] of rows) {
    context.store.run(`DELETE FROM ${storedName(table)} WHERE rowid = :rowid`, { rowid })
  }
  return rows.length
}

// A statement that reads the table which it changes needs SELECT on it too.
function whereClause(
  statement: Extract<Statement, { kind: 'update' | 'delete' }>,
  context: Context,
  scope: Scope,
): string {
  return statement.where ? ` WHERE ${translateCondition(statement.where, context, scope)}` : ''
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

function columnIndex(table: Table, name: string): number {
  const index = table.columns.findIndex((column) => isSameName(column.name, name))
  if (index < 0) throw invalidColumn(name)
  return index
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
  checkKeys(table, values, rowid, context)
  if (rowid === undefined) {
    const placeholders = values.map((_, index) => `:v${index}`).join(', ')
    context.store.run(`INSERT INTO ${storedName(table)} VALUES (${placeholders})`, parameters)
    return
  }
  const assignments = table.columns.map(({ name }, index) => `${quoted(name)} = :v${index}`).join(', ')
  context.store.run(`UPDATE ${storedName(table)} SET ${assignments} WHERE rowid = :rowid`, {
    ...parameters,
    rowid,
  })
}

// To a key, unlike to a condition, NULL equals NULL.
function checkKeys(table: Table, values: Value[], rowid: bigint | undefined, context: Context): void {
  for (const key of table.keys) {
    const columns = key.columns.map((name) => columnIndex(table, name))
    const conditions = columns.map((column) => {
      const { name = '', type } = table.columns[column] ?? {}
      if (!type) return ''
      return `${comparable(quoted(name), type)} IS ${comparable(`:k${column}`, type)}`
    })
    const parameters = Object.fromEntries(columns.map((column) => [`k${column}`, values[column] ?? null]))
    const taken = context.store.all(
      `SELECT 1 FROM ${storedName(table)} WHERE ${conditions.join(' AND ')} AND rowid IS NOT :rowid`,
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
