// The tables that exist. They are written down in tables of the same database, so a rollback takes a new table back.
import { invalidColumn, SqlError } from '../errors.ts'
import type { ColumnDefinition, KeyDefinition } from '../tsql/syntax.ts'
import { quoted, type Store } from './store.ts'
import { systemTables } from './system-tables.ts'
import { typeFrom } from './types.ts'

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

/**
 * Finds a table by its name, with or without `dbo.`; case does not count.
 *
 * @throws SqlError 40515 for a name with a database in front
 */
export function findTable(store: Store, path: string[]): Table | undefined {
  if (path.length > 2) {
    throw new SqlError(
      40515,
      `Reference to database and/or server name in '${path.join('.')}' is not supported in this version of SQL Server.`,
      { class: 15 },
    )
  }
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

/** Compares names as the collation compares text. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** @throws SqlError 207 when the table has no such column */
export function columnIndex(table: Table, name: string): number {
  const index = table.columns.findIndex((column) => isSameName(column.name, name))
  if (index < 0) throw invalidColumn(name)
  return index
}
