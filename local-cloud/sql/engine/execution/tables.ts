// CREATE, DROP and TRUNCATE TABLE, and indexes.
import { SqlError } from '../../model/errors.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { addConstraint, dropConstraint } from '../catalog/add-constraint.ts'
import { findTable } from '../catalog/catalog.ts'
import { createTable, dropTable } from '../catalog/define-table.ts'
import { isSameName, isSystemView, isTemporary, type Table } from '../catalog/table.ts'
import { type Context, outsideSubset } from '../translation/context.ts'
import { checkDefinitions } from './check-definitions.ts'
import { truncate } from './delete.ts'
import { checkNewKey } from './keys.ts'
import { refuseView } from './views.ts'

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>

export function create({ table, columns, constraints }: Of<'create table'>, context: Context): void {
  const created = createTable(context.store, table, columns, constraints)
  if (isTemporary(created)) context.connection.hasTemporaryTables = true
  checkDefinitions(created, context)
}

export function drop(path: string[], ifExists: boolean, { store }: Context): void {
  const table = findTable(store, path)
  if ((table && isSystemView(table)) || (!table && !ifExists)) throw noSuchTable('drop', path)
  if (!table) return
  refuseView(table, path)
  dropTable(store, table)
}

export function truncateTable(path: string[], context: Context): void {
  truncate(tableToChange('truncate table', path, context), context)
}

export function createIndex({ table: path, index }: Of<'create index'>, context: Context): void {
  const table = tableToChange('create index', path, context)
  addConstraint(context.store, table, index)
  if (index.kind === 'key') {
    const statement = 'CREATE UNIQUE INDEX'
    checkNewKey(table, { ...index, name: index.name ?? '' }, statement, context)
  }
}

export function dropIndex(statement: Of<'drop index'>, context: Context): void {
  const table = findTable(context.store, statement.table)
  const index =
    table && [...table.keys, ...table.indexes].find(({ name }) => isSameName(name, statement.index))
  if (!table || !index) {
    if (statement.ifExists) return
    throw noSuchIndex(statement)
  }
  if (index.kind === 'key' && !index.isIndex) {
    const kind = index.primary ? 'PRIMARY KEY' : 'UNIQUE KEY'
    throw new SqlError(
      3723,
      `An explicit DROP INDEX is not allowed on index '${table.schema}.${table.name}.${index.name}'. It is being used for ${kind} constraint enforcement.`,
      { state: 4 },
    )
  }
  dropConstraint(context.store, table, index.name)
}

/** Finds a table whose definition is to change. */
export function tableToChange(action: Change, path: string[], context: Context): Table {
  const table = findTable(context.store, path)
  if (!table || isSystemView(table)) throw noSuchTable(action, path)
  if (table.view !== undefined) throw outsideSubset(context, `${action.toUpperCase()} of a view`)
  return table
}

type Change = 'truncate table' | 'create index' | 'alter table'

/** The error for a table that does not exist or is hidden from this user. */
export function noSuchTable(action: Change | 'drop', path: string[]): SqlError {
  const name = path.join('.')
  const words = 'because it does not exist or you do not have permission'
  switch (action) {
    case 'drop':
      return new SqlError(3701, `Cannot drop the table '${name}', ${words}.`, { class: 11, state: 5 })
    case 'truncate table':
      return new SqlError(4701, `Cannot find the object "${name}" ${words}s.`)
    case 'create index':
      return new SqlError(1088, `Cannot find the object "${name}" ${words}s.`, { state: 12 })
    case 'alter table':
      return new SqlError(4902, `Cannot find the object "${name}" ${words}s.`)
  }
}

export function noSuchIndex({ table, index }: Of<'drop index'>): SqlError {
  const words = 'because it does not exist or you do not have permission'
  return new SqlError(3701, `Cannot drop the index '${table.join('.')}.${index}', ${words}.`, {
    class: 11,
    state: 7,
  })
}
