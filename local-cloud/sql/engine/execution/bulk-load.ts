// Bulk loads: INSERT BULK says where the rows go that a driver sends behind it.
// https://learn.microsoft.com/sql/t-sql/statements/bulk-insert-transact-sql
import type { BulkRows } from '../../model/bulk-rows.ts'
import { bulkLoadTooLarge, notImitated, SqlError } from '../../model/errors.ts'
import { familyOf, MAX, nameOf, type SqlType, type Value } from '../../model/types.ts'
import { requirePermission } from '../catalog/permissions.ts'
import { columnIndex, type Table } from '../catalog/table.ts'
import { LARGEST_RESULT, sizeOf } from '../storage/result-size.ts'
import type { Context } from '../translation/context.ts'
import { namedTwice } from './insert.ts'
import { newRows, noteIdentity, storeRows } from './new-rows.ts'
import type { BulkLoad } from './session.ts'
import { targetTable } from './targets.ts'

/** @throws SqlError for a bulk load whose rows need not be sent */
export function checkBulkLoad(load: BulkLoad, context: Context): { table: Table; targets: number[] } {
  const table = targetTable('INSERT', load.table, context)
  const targets = load.columns.map(({ name }) => columnIndex(table, name))
  if (new Set(targets).size < targets.length) throw namedTwice(load.columns.map(({ name }) => name))
  requirePermissionToIgnore(table, load, context)
  for (const [index, { type, name }] of load.columns.entries()) {
    const column = table.columns[targets[index] ?? 0]
    if (column?.identity) {
      throw notImitated(`a bulk load of the identity column ${name}`, load.text)
    }
    if (column && !areAlike(type, column.type)) {
      const words = `a bulk load of ${nameOf(type)} into the column ${name}, which is ${nameOf(column.type)}`
      throw notImitated(words, load.text)
    }
  }
  return { table, targets }
}

/**
 * Stores the rows of a bulk load, and says how many they are.
 *
 * @throws SqlError when one of them cannot be stored; then none is
 */
export function loadRows(load: BulkLoad, { types, rows }: BulkRows, context: Context): number {
  const { table, targets } = checkBulkLoad(load, context)
  requireDeclared(load, types)
  const keepsNulls = load.options.includes('KEEP_NULLS')
  try {
    const given = { targets, types, rows: bounded(rows), keepsNulls }
    const values = newRows(table, given, context)
    storeRows(table, values, context)
    noteIdentity(table, targets, values, context)
    return values.length
  } catch (error) {
    throw refusal(error, load) ?? error
  }
}

// Who may not alter the table may not leave its constraints unchecked either, which is what bulk loads do by default.
function requirePermissionToIgnore(table: Table, load: BulkLoad, context: Context): void {
  const constraints = table.checks.length + table.foreignKeys.length
  if (constraints === 0 || load.options.includes('CHECK_CONSTRAINTS')) return
  try {
    requirePermission(context.store, context.principal, 'ALTER', table, context.database)
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const words = 'a bulk load without CHECK_CONSTRAINTS by a user who may not alter the table'
    throw notImitated(words, load.text)
  }
}

// SQL Server tells nvarchar(4000) from nvarchar(max) here.
function areAlike(a: SqlType, b: SqlType): boolean {
  return familyOf(a) === familyOf(b) && (a.length === MAX) === (b.length === MAX)
}

function requireDeclared(load: BulkLoad, types: SqlType[]): void {
  const declared = load.columns.map(({ type }) => nameOf(type)).join(', ')
  const sent = types.map(nameOf).join(', ')
  if (sent !== declared) throw notImitated(`a bulk load with rows of the types ${sent}`, load.text)
}

function bounded(rows: Iterable<Value[]>): Value[][] {
  const list: Value[][] = []
  let size = 0
  for (const row of rows) {
    size += sizeOf(row)
    if (size > LARGEST_RESULT) throw bulkLoadTooLarge(LARGEST_RESULT)
    list.push(row)
  }
  return list
}

// Where SQL Server would store a row that must not be there once the constraints are trusted again, or where its error is not
// documented.
function refusal(error: unknown, load: BulkLoad): SqlError | undefined {
  if (!(error instanceof SqlError)) return undefined
  if (error.number === 547 && !load.options.includes('CHECK_CONSTRAINTS')) {
    return notImitated(`a bulk load that leaves this unchecked: ${error.message}`, load.text)
  }
  if (error.number === 2628) {
    return notImitated(`a bulk load of text that is longer than its column: ${error.message}`, load.text)
  }
  return undefined
}
