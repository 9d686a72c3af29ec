// CREATE TABLE and DROP TABLE.
import { SqlError } from '../../model/errors.ts'
import { nameOf, type SqlType } from '../../model/types.ts'
import type { ColumnDefinition, KeyDefinition } from '../../tsql/syntax.ts'
import { comparable, quoted, type Store } from '../storage/store.ts'
import { findTable } from './catalog.ts'
import { DEFAULT_SCHEMA, isSameName, type Key, storedName, type Table } from './table.ts'

/**
 * Creates a table.
 *
 * @throws SqlError 2714 when there is one of that name, 2705 and 1911 for columns named twice or not at all, 8110 for two
 *   primary keys, 2760 for a schema other than dbo
 */
export function createTable(
  store: Store,
  path: string[],
  columns: ColumnDefinition[],
  definitions: KeyDefinition[],
): void {
  const [name = '', schema = DEFAULT_SCHEMA] = path.toReversed()
  if (!isSameName(schema, DEFAULT_SCHEMA)) {
    throw new SqlError(
      2760,
      `The specified schema name "${schema}" either does not exist or you do not have permission to use it.`,
    )
  }
  if (findTable(store, path)) {
    throw new SqlError(2714, `There is already an object named '${name}' in the database.`, { state: 6 })
  }
  const keys = definitions.map((key) => namedKey(name, key))
  checkColumns(name, columns, keys)
  const table = { schema: DEFAULT_SCHEMA, name }
  store.run(`CREATE TABLE ${storedName(table)} (${columns.map((column) => quoted(column.name)).join(', ')})`)
  for (const key of keys) indexKey(store, table, key, columns)
  record(store, name, withKeysNotNull(columns, keys), keys)
}

// For quick look-ups. Uniqueness is checked elsewhere, because SQLite's error would not name key and value as SQL Server does.
function indexKey(
  store: Store,
  table: Pick<Table, 'schema' | 'name'>,
  key: Key,
  columns: ColumnDefinition[],
): void {
  const expressions = key.columns.map((name) => {
    const column = columns.find((other) => isSameName(other.name, name))
    return column ? comparable(quoted(column.name), column.type) : quoted(name)
  })
  const index = quoted(`${table.schema}.${table.name}.${key.name}`)
  store.run(`CREATE INDEX ${index} ON ${storedName(table)} (${expressions.join(', ')})`)
}

function checkColumns(table: string, columns: ColumnDefinition[], keys: Key[]): void {
  const twice = columns.find(
    (column, index) => columns.findIndex((other) => isSameName(other.name, column.name)) < index,
  )
  if (twice) {
    const words = 'Column names in each table must be unique.'
    throw new SqlError(
      2705,
      `${words} Column name '${twice.name}' in table '${table}' is specified more than once.`,
    )
  }
  if (keys.filter((key) => key.primary).length > 1) {
    throw new SqlError(8110, `Cannot add multiple PRIMARY KEY constraints to table '${table}'.`)
  }
  const unknown = keys
    .flatMap((key) => key.columns)
    .find((name) => !columns.some((column) => isSameName(column.name, name)))
  if (unknown) {
    throw new SqlError(1911, `Column name '${unknown}' does not exist in the target table or view.`)
  }
}

function withKeysNotNull(columns: ColumnDefinition[], keys: Key[]): ColumnDefinition[] {
  const primary = keys.find((key) => key.primary)?.columns ?? []
  return columns.map((column) => ({
    ...column,
    nullable: column.nullable && !primary.some((name) => isSameName(name, column.name)),
  }))
}

function namedKey(table: string, key: KeyDefinition): Key {
  const prefix = key.primary ? 'PK' : 'UQ'
  return { ...key, name: key.name ?? `${prefix}__${table}__${key.columns.join('_')}` }
}

function record(store: Store, name: string, columns: ColumnDefinition[], keys: Key[]): void {
  store.run(
    `INSERT INTO "sys.objects"
      SELECT :name, ifnull(max(object_id), 900000000) + 1, 1, 'U ', 'USER_TABLE' FROM "sys.objects"`,
    { name },
  )
  const [[object]] = store.all('SELECT max(object_id) FROM "sys.objects"') as [[bigint]]
  for (const [index, { name: column, type, nullable }] of columns.entries()) {
    store.run(
      'INSERT INTO "sys.columns" VALUES (:object, :column, :id, :length, :precision, :scale, :nullable, :type)',
      {
        object,
        column,
        id: BigInt(index + 1),
        ...sizes(type),
        nullable: BigInt(nullable),
        type: nameOf(type),
      },
    )
  }
  for (const key of keys) {
    store.run('INSERT INTO "sys.key_constraints" VALUES (:name, :object, :type, :columns)', {
      name: key.name,
      object,
      type: key.primary ? 'PK' : 'UQ',
      columns: JSON.stringify(key.columns),
    })
  }
}

function sizes(type: SqlType): Record<'length' | 'precision' | 'scale', bigint> {
  const bytes = type.name === 'nvarchar' ? 2 * type.length : type.length
  return {
    length: Number.isFinite(bytes) ? BigInt(bytes) : -1n,
    precision: BigInt(type.precision),
    scale: BigInt(type.scale),
  }
}

export function dropTable(store: Store, table: Table): void {
  store.run(`DROP TABLE ${storedName(table)}`)
  const object = { object: BigInt(table.objectId) }
  for (const name of ['objects', 'columns', 'key_constraints']) {
    store.run(`DELETE FROM "sys.${name}" WHERE object_id = :object`, object)
  }
  store.run('DELETE FROM "sys.database_permissions" WHERE class = 1 AND major_id = :object', object)
}
