// Adds constraints and indexes to a table, and takes them away.
import { SqlError } from '../../model/errors.ts'
import type {
  ConstraintDefinition,
  DefaultDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  KeyDefinition,
} from '../../tsql/syntax.ts'
import { comparable, quoted, type Store } from '../storage/store.ts'
import { freeName, recordConstraint, removeConstraint } from './constraints.ts'
import { foreignKey } from './foreign-keys.ts'
import { isSameName, storedName, type Table } from './table.ts'

/** Adds a constraint or an index. What the rows must be like is for the caller to check. */
export function addConstraint(
  store: Store,
  table: Table,
  definition: ConstraintDefinition | IndexDefinition,
): void {
  switch (definition.kind) {
    case 'key':
      addKey(store, table, definition)
      break
    case 'index':
      addIndex(store, table, definition)
      break
    case 'default':
      addDefault(store, table, definition)
      break
    case 'check':
      recordConstraint(store, table.objectId, {
        ...definition,
        name: definition.name ?? freeName(store, table, 'CK', table.name),
      })
      break
    case 'foreign key':
      addForeignKey(store, table, definition)
      break
  }
}

function addKey(store: Store, table: Table, definition: KeyDefinition): void {
  if (definition.primary && table.keys.some((key) => key.primary)) {
    throw new SqlError(1779, `Table '${table.name}' already has a primary key defined on it.`)
  }
  const prefix = definition.primary ? 'PK' : 'UQ'
  const name = definition.name ?? freeName(store, table, prefix, table.name, ...definition.columns)
  createIndex(store, table, { name, columns: definition.columns })
  recordConstraint(store, table.objectId, { ...definition, name })
}

function addIndex(store: Store, table: Table, definition: IndexDefinition): void {
  createIndex(store, table, definition)
  recordConstraint(store, table.objectId, definition)
}

// For quick look-ups. Uniqueness is checked elsewhere, because SQLite's error would not name key and value as SQL Server does.
function createIndex(
  store: Store,
  table: Table,
  { name, columns }: Pick<IndexDefinition, 'name' | 'columns'>,
): void {
  if ([...table.keys, ...table.indexes].some((other) => isSameName(other.name, name))) {
    throw new SqlError(
      1913,
      `The operation failed because an index or statistics with name '${name}' already exists on table '${table.schema}.${table.name}'.`,
    )
  }
  const expressions = columns.map((columnName) => {
    const column = table.columns.find((other) => isSameName(other.name, columnName))
    if (column) return comparable(quoted(column.name), column.type)
    throw new SqlError(1911, `Column name '${columnName}' does not exist in the target table or view.`)
  })
  store.run(`CREATE INDEX ${indexName(table, name)} ON ${storedName(table)} (${expressions.join(', ')})`)
}

function indexName(table: Table, name: string): string {
  return quoted(`${table.objectId}.${name.toLowerCase()}`)
}

function addDefault(store: Store, table: Table, definition: DefaultDefinition): void {
  const column = table.columns.find((other) => isSameName(other.name, definition.column))
  if (!column) {
    throw new SqlError(
      1752,
      `Column '${definition.column}' in table '${table.name}' is invalid for creating a default constraint.`,
    )
  }
  if (column.default !== undefined) {
    throw new SqlError(1781, 'Column already has a DEFAULT bound to it.')
  }
  if (column.identity) {
    const words = 'Defaults cannot be created on columns with an IDENTITY attribute.'
    throw new SqlError(1754, `${words} Table '${table.name}', column '${column.name}'.`)
  }
  const name = definition.name ?? freeName(store, table, 'DF', table.name, column.name)
  recordConstraint(store, table.objectId, { ...definition, name })
}

function addForeignKey(store: Store, table: Table, definition: ForeignKeyDefinition): void {
  const name = definition.name ?? freeName(store, table, 'FK', table.name, ...definition.columns)
  recordConstraint(store, table.objectId, foreignKey(store, table, { ...definition, name }))
}

/** Removes a constraint or an index that the table has. */
export function dropConstraint(store: Store, table: Table, name: string): void {
  if ([...table.keys, ...table.indexes].some((other) => isSameName(other.name, name))) {
    store.run(`DROP INDEX ${indexName(table, name)}`)
  }
  removeConstraint(store, table.objectId, name)
}
