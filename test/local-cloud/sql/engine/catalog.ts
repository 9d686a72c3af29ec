// The tables that exist. They are written down in tables of the same database, so a rollback takes a new table back.
import { SqlError } from '../errors.ts'
import type { ColumnDefinition, KeyDefinition } from '../tsql/syntax.ts'
import { type Parameters, quoted, type Store } from './store.ts'
import { systemTables } from './system-tables.ts'
import { isText, nameOf, type SqlType, typeFrom } from './types.ts'

export interface Table {
  objectId: number
  schema: string
  name: string
  columns: ColumnDefinition[]
  keys: Key[]
}

export interface Key extends KeyDefinition {
  name: string
}

export const DEFAULT_SCHEMA = 'dbo'

/** Finds a table by its name, with or without `dbo.`; case does not count. */
export function findTable(store: Store, path: string[]): Table | undefined {
  const [name = '', schema = DEFAULT_SCHEMA] = path.toReversed()
  const system = systemTables.find((table) =>
    isSameName(`${table.schema}.${table.name}`, `${schema}.${name}`),
  )
  if (system) return system
  const [found] = store.all(
    `SELECT object_id, name FROM "sys.objects" WHERE collation_key(name) = collation_key(:name)
      AND schema_id = (SELECT schema_id FROM "sys.schemas" WHERE collation_key(name) = collation_key(:schema))`,
    { name, schema },
  )
  return found && readTable(store, Number(found[0]), String(found[1]))
}

function readTable(store: Store, objectId: number, name: string): Table {
  const object = { object: BigInt(objectId) }
  const columns = store.all(
    'SELECT name, type_text, is_nullable FROM "sys.columns" WHERE object_id = :object ORDER BY column_id',
    object,
  )
  const keys = store.all(
    'SELECT name, type, columns FROM "sys.key_constraints" WHERE object_id = :object',
    object,
  )
  return {
    objectId,
    schema: DEFAULT_SCHEMA,
    name,
    columns: columns.map(([column, type, nullable]) => ({
      name: String(column),
      type: typeFrom(String(type)),
      nullable: nullable === 1n,
    })),
    keys: keys.map(([key, type, list]) => ({
      name: String(key),
      primary: type === 'PK',
      columns: JSON.parse(String(list)),
    })),
  }
}

/** The name that SQLite knows a table by. */
export function storedName(table: { schema: string; name: string }): string {
  return quoted(`${table.schema}.${table.name}`)
}

/**
 * Creates a table.
 *
 * @throws SqlError 2714 when there is one of that name, 2705 and 1911 for columns named twice or not at all, 2760 for a
 *   schema other than dbo
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

// Makes keys quick to look up. Whether they are unique is not left to SQLite, which could not say it in our words.
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
    `INSERT INTO "sys.objects" VALUES (:name, (SELECT ifnull(max(object_id), 900000000) + 1 FROM "sys.objects"), 1, 'U ', 'USER_TABLE')`,
    {
      name,
    },
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
    const parameters: Parameters = { name: key.name, object, type: key.primary ? 'PK' : 'UQ' }
    store.run('INSERT INTO "sys.key_constraints" VALUES (:name, :object, :type, :columns)', {
      ...parameters,
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

/** Compares names as the collation compares text. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Writes the SQL by which a value is compared, sorted and grouped. */
export function comparable(sql: string, type: SqlType): string {
  return isText(type) ? `collation_key(${sql})` : sql
}
