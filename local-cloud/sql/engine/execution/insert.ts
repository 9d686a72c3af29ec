// INSERT. The new values are calculated first, then checked and stored row by row.
import { SqlError } from '../../model/errors.ts'
import type { Expression, Statement } from '../../tsql/syntax.ts'
import { type Column, columnIndex, isSameName, type Table } from '../catalog/table.ts'
import { type Context, type Relation, runTranslated } from '../translation/context.ts'
import { translateQuery } from '../translation/queries.ts'
import { translateRows } from '../translation/sources.ts'
import { defaultExpression } from './defaults.ts'
import { identityColumn } from './identity.ts'
import { newRows, noteIdentity, storeRows } from './new-rows.ts'
import { type Output, outputRows } from './output.ts'
import { targetTable } from './targets.ts'

type Insert = Extract<Statement, { kind: 'insert' }>

/** What a statement has changed, and what its OUTPUT gives. */
export interface Written {
  count: number
  output: Output | undefined
}

/** How many rows may follow VALUES. Rows that stand in for a table in a FROM know no such limit. */
const MOST_ROWS = 1_000

export function insertRows(statement: Insert, context: Context): Written {
  const table = targetTable('INSERT', statement.table, context)
  const source = sourceOf(statement, table, context)
  const targets = targetColumns(statement, table, source.columns.length, context)
  const given = runTranslated(source.sql, context)
  const types = source.columns.map(({ type }) => type)
  const values = newRows(table, { targets, types, rows: given, keepsNulls: true }, context)
  const rowids = storeRows(table, values, context)
  noteIdentity(table, targets, values, context)
  return { count: rowids.length, output: outputRows(statement.output, { table, inserted: rowids }, context) }
}

function sourceOf({ rows, columns }: Insert, table: Table, context: Context): Relation {
  if (!Array.isArray(rows)) return translateQuery(rows, context, undefined, [], true)
  // DEFAULT VALUES
  if (rows[0]?.length === 0) return { sql: 'SELECT 1', columns: [] }
  if (rows.length > MOST_ROWS) {
    const words =
      'The number of row value expressions in the INSERT statement exceeds the maximum allowed number'
    throw new SqlError(10738, `${words} of ${MOST_ROWS} row values.`, { class: 15 })
  }
  const named = columns.length > 0 ? columns : columnsToFill(table).map(({ name }) => name)
  const withDefault = (value: Expression, index: number) =>
    value.kind === 'default'
      ? defaultExpression(table.columns[columnIndex(table, named[index] ?? '')])
      : value
  return translateRows(
    rows.map((row) => row.map(withDefault)),
    context,
  )
}

// Without a list of columns, those that the client has to fill.
function columnsToFill(table: Table): Column[] {
  return table.columns.filter(({ identity }) => !identity)
}

// Gives the position in the table of each column that has a value, in the order of the values.
function targetColumns(statement: Insert, table: Table, given: number, context: Context): number[] {
  const isEmpty = given === 0
  const names =
    statement.columns.length > 0 ? statement.columns : columnsToFill(table).map(({ name }) => name)
  const targets = isEmpty ? [] : names.map((name) => columnIndex(table, name))
  if (new Set(targets).size < targets.length) throw namedTwice(statement.columns)
  const identity = identityColumn(table)
  const allowed = context.connection.identityInsert === table.objectId
  if (identity && statement.columns.length === 0 && (allowed || given === table.columns.length)) {
    throw identityWithoutList(table)
  }
  const isGiven = identity && targets.includes(columnIndex(table, identity.name))
  if (isGiven && !allowed) {
    throw new SqlError(
      544,
      `Cannot insert explicit value for identity column in table '${table.name}' when IDENTITY_INSERT is set to OFF.`,
    )
  }
  if (identity && allowed && !isGiven) {
    throw new SqlError(
      545,
      `Explicit value must be specified for identity column in table '${table.name}' either when IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR REPLICATION identity column.`,
    )
  }
  if (targets.length !== given) throw wrongCount(statement, given, targets.length)
  return targets
}

/** The error for a column that a list names a second time. */
export function namedTwice(columns: string[]): SqlError {
  const twice = columns.find((name, index) =>
    columns.slice(0, index).some((other) => isSameName(other, name)),
  )
  return new SqlError(
    264,
    `The column name '${twice}' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once.`,
  )
}

function identityWithoutList({ name }: Table): SqlError {
  return new SqlError(
    8101,
    `An explicit value for the identity column in table '${name}' can only be specified when a column list is used and IDENTITY_INSERT is ON.`,
  )
}

function wrongCount(statement: Insert, given: number, wanted: number): SqlError {
  if (statement.columns.length === 0) {
    return new SqlError(213, 'Column name or number of supplied values does not match table definition.')
  }
  if (!Array.isArray(statement.rows)) {
    const [number, word] = given < wanted ? [120, 'fewer'] : [121, 'more']
    const words = `The select list for the INSERT statement contains ${word} items than the insert list.`
    const rule = 'The number of SELECT values must match the number of INSERT columns.'
    return new SqlError(number, `${words} ${rule}`, { class: 15 })
  }
  const [number, word] = given < wanted ? [109, 'more'] : [110, 'fewer']
  const words = `There are ${word} columns in the INSERT statement than values specified in the VALUES clause.`
  return new SqlError(
    number,
    `${words} The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.`,
    { class: 15 },
  )
}
