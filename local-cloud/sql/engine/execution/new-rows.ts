// New rows of a table, whatever brings them: with their identities and defaults, and held to the constraints.
import type { SqlType, Value } from '../../model/types.ts'
import { type Column, columnIndex, type Table } from '../catalog/table.ts'
import type { Context } from '../translation/context.ts'
import { checkChecks, checkReferences } from './constraints.ts'
import { defaultValues } from './defaults.ts'
import { continueFrom, identityColumn, nextIdentities } from './identity.ts'
import { checkKeys } from './keys.ts'
import { fitted } from './row-checks.ts'
import { insertRow } from './rows.ts'

export interface GivenRows {
  /** The position in the table of each value. */
  targets: number[]
  types: SqlType[]
  rows: Value[][]
  /** NULL is a value like any other, and does not stand for the default. */
  keepsNulls: boolean
}

/** Makes whole rows of the values that are given: they fit their columns. */
export function newRows(table: Table, given: GivenRows, context: Context): Value[][] {
  const { targets, types, rows, keepsNulls } = given
  const others = defaultValues(table, keepsNulls ? targets : [], rows.length, context)
  const numbers = identities(table, targets, rows.length, context)
  return rows.map((row, index) =>
    table.columns.map((column, position) => {
      const at = targets.indexOf(position)
      const value = row[at] ?? null
      const other = others.get(position)
      if (at >= 0 && (value !== null || keepsNulls || !other))
        return stored(table, column, value, types[at] ?? column.type, context)
      if (column.identity) return numbers[index] ?? null
      return stored(table, column, other?.values[index] ?? null, other?.type ?? column.type, context)
    }),
  )
}

/** Stores rows that fit their columns, and checks them against the constraints. */
export function storeRows(table: Table, values: Value[][], context: Context): bigint[] {
  const rowids = values.map((row) => insertRow(table, row, context.store))
  checkChecks(table, table.checks, rowids, 'INSERT', context)
  checkKeys(table, values, context)
  checkReferences(table, table.foreignKeys, rowids, 'INSERT', context)
  return rowids
}

/** Remembers the last number of an identity column, for SCOPE_IDENTITY() and @@IDENTITY. */
export function noteIdentity(table: Table, targets: number[], values: Value[][], context: Context): void {
  const column = identityColumn(table)
  if (!column) {
    context.connection.lastIdentity = null
    return
  }
  const position = columnIndex(table, column.name)
  const numbers = values.map((row) => row[position] ?? null)
  if (targets.includes(position)) continueFrom(table, column, numbers, context.store)
  const last = numbers.at(-1)
  if (last === undefined) return
  context.connection.lastIdentity = last
  context.connection.scopeIdentity = last
}

function stored(table: Table, column: Column, value: Value, type: SqlType, { database }: Context): Value {
  return fitted(value, type, column, { table, database, action: 'INSERT' })
}

function identities(table: Table, targets: number[], count: number, context: Context): bigint[] {
  const column = identityColumn(table)
  if (!column || targets.includes(columnIndex(table, column.name))) return []
  return nextIdentities(table, column, count, context.store)
}
