// ALTER TABLE.
import { SqlError } from '../../model/errors.ts'
import { parseCondition } from '../../tsql/parser.ts'
import type { AddedColumn, Statement, TableChange } from '../../tsql/syntax.ts'
import { addConstraint, dropConstraint } from '../catalog/add-constraint.ts'
import { addColumn, dropColumn } from '../catalog/alter-table.ts'
import { tableWithId } from '../catalog/catalog.ts'
import { type Constraint, constraintsOf, foreignKeysTo } from '../catalog/constraints.ts'
import { columnIndex, isSameName, storedName, type Table } from '../catalog/table.ts'
import { quoted } from '../storage/store.ts'
import type { Context } from '../translation/context.ts'
import { checkDefinitions } from './check-definitions.ts'
import { columnsIn } from './column-names.ts'
import { checkChecks, checkReferences } from './constraints.ts'
import { defaultValues } from './defaults.ts'
import { nextIdentities } from './identity.ts'
import { checkNewKey } from './keys.ts'
import { fitted } from './row-checks.ts'
import { tableToChange } from './tables.ts'

const ACTION = 'ALTER TABLE'

export function alterTable(statement: Extract<Statement, { kind: 'alter table' }>, context: Context): void {
  const table = tableToChange('alter table', statement.table, context)
  switch (statement.change.kind) {
    case 'add':
      add(table, statement.change, context)
      break
    case 'drop constraint':
      for (const name of statement.change.names)
        removeConstraint(table, name, statement.change.ifExists, context)
      break
    case 'drop column':
      for (const name of statement.change.names) removeColumn(table, name, statement.change.ifExists, context)
  }
}

function add(table: Table, change: Extract<TableChange, { kind: 'add' }>, context: Context): void {
  const { store } = context
  const before = constraintsOf(table)
  for (const column of change.columns) addColumn(store, tableWithId(store, table.objectId), column)
  for (const constraint of change.constraints) {
    checkNullable(tableWithId(store, table.objectId), constraint)
    addConstraint(store, tableWithId(store, table.objectId), constraint)
  }
  const after = tableWithId(store, table.objectId)
  checkDefinitions(after, context)
  for (const column of change.columns) fillColumn(after, column, context)
  const isNew = ({ name }: Constraint) => !before.some((other) => other.name === name)
  checkChecks(after, after.checks.filter(isNew), undefined, ACTION, context)
  for (const key of after.keys.filter(isNew)) checkNewKey(after, key, 'CREATE UNIQUE INDEX', context)
  checkReferences(after, after.foreignKeys.filter(isNew), undefined, ACTION, context)
}

function checkNullable(
  table: Table,
  constraint: Extract<TableChange, { kind: 'add' }>['constraints'][number],
): void {
  if (constraint.kind !== 'key' || !constraint.primary) return
  const columns = table.columns.filter(({ name }) => constraint.columns.some((key) => isSameName(key, name)))
  if (columns.every(({ nullable }) => !nullable)) return
  throw new SqlError(
    8111,
    `Cannot define PRIMARY KEY constraint on nullable column in table '${table.name}'.`,
  )
}

// The rows that are there get the default if they have to have a value, or if WITH VALUES says so.
function fillColumn(table: Table, added: AddedColumn, context: Context): void {
  const position = columnIndex(table, added.name)
  const column = table.columns[position]
  const rows = context.store.all(`SELECT _rowid_ FROM ${storedName(table)} ORDER BY _rowid_`)
  if (!column || rows.length === 0) return
  if (!column.nullable && column.default === undefined && !column.identity)
    throw cannotFill(table, added.name)
  if (column.nullable && !(added.withValues && column.default !== undefined)) return
  const others = table.columns.map((_, index) => index).filter((index) => index !== position)
  const found = defaultValues(table, others, rows.length, context).get(position)
  const numbers = column.identity ? nextIdentities(table, column, rows.length, context.store) : []
  for (const [index, [rowid = null]] of rows.entries()) {
    const given = found?.values[index] ?? null
    const fitting = { table, database: context.database, action: ACTION }
    const value = numbers[index] ?? fitted(given, found?.type ?? column.type, column, fitting)
    const sql = `UPDATE ${storedName(table)} SET ${quoted(column.name)} = :value WHERE _rowid_ = :rowid`
    context.store.run(sql, { value, rowid })
  }
}

function cannotFill(table: Table, column: string): SqlError {
  return new SqlError(
    4901,
    `ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified, or the column being added is an identity or timestamp column, or alternatively if none of the previous conditions are satisfied the table must be empty to allow addition of this column. Column '${column}' cannot be added to non-empty table '${table.name}' because it does not satisfy these conditions.`,
  )
}

function removeConstraint(table: Table, name: string, ifExists: boolean, { store }: Context): void {
  const constraint = constraintsOf(tableWithId(store, table.objectId)).find((other) =>
    isSameName(other.name, name),
  )
  if (!constraint || constraint.kind === 'index' || (constraint.kind === 'key' && constraint.isIndex)) {
    if (ifExists) return
    throw new SqlError(3728, `'${name}' is not a constraint.`)
  }
  const user =
    constraint.kind === 'key' &&
    foreignKeysTo(store, table).find(({ foreignKey }) =>
      foreignKey.references.columns.every((column) => includesName(constraint.columns, column)),
    )
  if (user) {
    const child = tableWithId(store, user.objectId)
    throw new SqlError(
      3725,
      `The constraint '${constraint.name}' is being referenced by table '${child.name}', foreign key constraint '${user.foreignKey.name}'.`,
      { state: 0 },
    )
  }
  dropConstraint(store, table, constraint.name)
}

function removeColumn({ objectId }: Table, name: string, ifExists: boolean, { store }: Context): void {
  const table = tableWithId(store, objectId)
  if (
    ifExists &&
    !includesName(
      table.columns.map((column) => column.name),
      name,
    )
  )
    return
  dropColumn(store, table, name, (column) =>
    constraintsOf(table).some((constraint) => includesName(columnsOf(constraint), column)),
  )
}

function columnsOf(constraint: Constraint): string[] {
  if (constraint.kind === 'check') return columnsIn(parseCondition(constraint.condition))
  return constraint.kind === 'default' ? [constraint.column] : constraint.columns
}

function includesName(names: string[], wanted: string): boolean {
  return names.some((name) => isSameName(name, wanted))
}
