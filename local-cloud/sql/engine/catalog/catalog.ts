// The tables that exist. Their definitions are rows of the same database, so that a rollback removes a new table.
import { notImitated, SqlError } from '../../model/errors.ts'
import { typeFrom } from '../../model/types.ts'
import type { Store } from '../storage/store.ts'
import { readConstraints } from './constraints.ts'
import { systemTables } from './system-tables.ts'
import { DEFAULT_SCHEMA, isSameName, isTemporaryName, type Table } from './table.ts'

/**
 * Finds a table by its name, with or without the current database and `dbo.`; case does not count.
 *
 * @throws SqlError 40515 for a name with another database in front
 */
export function findTable(store: Store, path: string[]): Table | undefined {
  if (isTemporaryName(path)) return findTemporaryTable(store, path)
  const isHere = path.length === 3 && isSameName(path[0] ?? '', store.database)
  if (path.length > 2 && !isHere) {
    throw new SqlError(
      40515,
      `Reference to database and/or server name in '${path.join('.')}' is not supported in this version of SQL Server.`,
      { class: 15 },
    )
  }
  const [name = '', given] = path.toReversed()
  const schema = given || DEFAULT_SCHEMA
  const system = systemTables.find((table) =>
    isSameName(`${table.schema}.${table.name}`, `${schema}.${name}`),
  )
  if (system) return system
  const [found] = store.all(
    `SELECT object_id, name FROM objects WHERE collation_key(name) = collation_key(:name)
      AND schema_id = (SELECT schema_id FROM "sys.schemas" WHERE collation_key(name) = collation_key(:schema))`,
    { name, schema },
  )
  return found && readTable(store, Number(found[0]), String(found[1]))
}

// https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql#temporary-tables
function findTemporaryTable(store: Store, path: string[]): Table | undefined {
  const name = path.at(-1) ?? ''
  if (name.startsWith('##')) throw notImitated('global temporary tables', path.join('.'))
  const [found] = store.all(
    'SELECT object_id, name FROM objects WHERE owner = :session AND collation_key(name) = collation_key(:name)',
    { session: BigInt(store.session), name },
  )
  return found && readTable(store, Number(found[0]), String(found[1]))
}

/** The ids of the temporary tables of the session. */
export function temporaryTables(store: Store): number[] {
  return store
    .all('SELECT object_id FROM objects WHERE owner = :session', { session: BigInt(store.session) })
    .map(([id]) => Number(id))
}

/** Finds the table that a foreign key refers to, or that has one. */
export function tableWithId(store: Store, objectId: number): Table {
  const [[name] = []] = store.all('SELECT name FROM objects WHERE object_id = :object', {
    object: BigInt(objectId),
  })
  return readTable(store, objectId, String(name))
}

function readTable(store: Store, objectId: number, name: string): Table {
  const columns = store.all(
    `SELECT name, type_text, is_nullable, identity_seed, identity_increment
      FROM columns WHERE object_id = :object ORDER BY column_id`,
    { object: BigInt(objectId) },
  )
  const [[view] = []] = store.all('SELECT definition FROM objects WHERE object_id = :object', {
    object: BigInt(objectId),
  })
  const constraints = readConstraints(store, objectId)
  return {
    objectId,
    schema: DEFAULT_SCHEMA,
    name,
    columns: columns.map(([column, type, nullable, seed, increment]) => ({
      name: String(column),
      type: typeFrom(String(type)),
      nullable: nullable === 1n,
      identity: typeof seed === 'bigint' && typeof increment === 'bigint' ? { seed, increment } : undefined,
      default: constraints.defaults.find((constraint) => isSameName(constraint.column, String(column)))
        ?.value,
    })),
    view: typeof view === 'string' ? view : undefined,
    ...constraints,
  }
}
