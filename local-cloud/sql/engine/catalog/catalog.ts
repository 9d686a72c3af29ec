// The tables that exist. Their definitions are rows of the same database, so that a rollback removes a new table.
import { SqlError } from '../../model/errors.ts'
import { typeFrom } from '../../model/types.ts'
import type { Store } from '../storage/store.ts'
import { systemTables } from './system-tables.ts'
import { DEFAULT_SCHEMA, isSameName, type Table } from './table.ts'

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
