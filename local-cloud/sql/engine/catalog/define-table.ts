// CREATE TABLE and DROP TABLE.
import { notImitated, SqlError } from '../../model/errors.ts'
import { nameOf } from '../../model/types.ts'
import type { ColumnDefinition, ConstraintDefinition } from '../../tsql/syntax.ts'
import { quoted, type Store } from '../storage/store.ts'
import { addConstraint } from './add-constraint.ts'
import { findTable, tableWithId } from './catalog.ts'
import { foreignKeysTo } from './constraints.ts'
import { columnSizes } from './system-types.ts'
import { DEFAULT_SCHEMA, isSameName, isTemporaryName, storedName, type Table } from './table.ts'

/**
 * Creates a table.
 *
 * @throws SqlError 2714 when there is one of that name, 2705 and 1911 for columns named twice or not at all, 8110 for two
 *   primary keys, 2744 for two identity columns, 2760 for a schema other than dbo
 */
export function createTable(
  store: Store,
  path: string[],
  columns: ColumnDefinition[],
  constraints: ConstraintDefinition[],
): Table {
  const name = newName(store, path)
  checkColumns(name, columns)
  if (constraints.filter((constraint) => isPrimary(constraint)).length > 1) {
    throw new SqlError(8110, `Cannot add multiple PRIMARY KEY constraints to table '${name}'.`)
  }
  const objectId = recordObject(store, name)
  const list = columns.map((column) => quoted(column.name)).join(', ')
  store.run(`CREATE TABLE ${storedName({ objectId, schema: DEFAULT_SCHEMA, name })} (${list})`)
  const primary = constraints.flatMap((constraint) => (isPrimary(constraint) ? constraint.columns : []))
  for (const [index, column] of columns.entries()) {
    const nullable = column.nullable && !primary.some((key) => isSameName(key, column.name))
    recordColumn(store, objectId, index + 1, { ...column, nullable })
  }
  // Foreign keys last: they may refer to a key of the same table.
  for (const constraint of constraints.toSorted((a, b) => rank(a) - rank(b))) {
    addConstraint(store, tableWithId(store, objectId), constraint)
  }
  return tableWithId(store, objectId)
}

function isPrimary(constraint: ConstraintDefinition): constraint is ConstraintDefinition & { kind: 'key' } {
  return constraint.kind === 'key' && constraint.primary
}

function rank({ kind }: ConstraintDefinition): number {
  return kind === 'foreign key' ? 1 : 0
}

/**
 * Looks whether a table or a view may have this name.
 *
 * @throws SqlError 2714 when there is one, 2760 for a schema other than dbo
 */
export function newName(store: Store, path: string[]): string {
  const [name = '', given] = path.toReversed()
  const schema = given || DEFAULT_SCHEMA
  if (isSameName(schema, 'guest')) throw notImitated('tables in the schema guest', path.join('.'))
  if (!isSameName(schema, DEFAULT_SCHEMA)) {
    throw new SqlError(
      2760,
      `The specified schema name "${schema}" either does not exist or you do not have permission to use it.`,
    )
  }
  if (findTable(store, path)) {
    throw new SqlError(2714, `There is already an object named '${name}' in the database.`, { state: 6 })
  }
  return name
}

/** @throws SqlError 2705 for a name given twice, 2744 for two identity columns, 2749 for one that is no whole number */
export function checkColumns(table: string, columns: ColumnDefinition[]): void {
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
  const identities = columns.filter(({ identity }) => identity)
  if (identities.length > 1) {
    throw new SqlError(
      2744,
      `Multiple identity columns specified for table '${table}'. Only one identity column per table is allowed.`,
    )
  }
  for (const { name, type } of identities) {
    if (['tinyint', 'smallint', 'int', 'bigint'].includes(type.name)) continue
    const types = 'int, bigint, smallint, tinyint, or decimal or numeric with a scale of 0'
    throw new SqlError(
      2749,
      `Identity column '${name}' must be of data type ${types}, unencrypted, and constrained to be nonnullable.`,
      { state: 2 },
    )
  }
}

/** Records a table, or a view with its query, and gives its id. */
export function recordObject(store: Store, name: string, query: string | null = null): number {
  const isTemporary = isTemporaryName([name])
  const [[extreme] = []] = store.all(
    `SELECT ${isTemporary ? 'min(object_id)' : 'max(object_id)'} FROM objects`,
  )
  const id = isTemporary
    ? Math.min(0, Number(extreme ?? 0)) - 1
    : Math.max(900_000_000, Number(extreme ?? 0)) + 1
  store.run('INSERT INTO objects VALUES (:name, :id, 1, :type, :kind, :query, :session)', {
    name,
    id: BigInt(id),
    type: query === null ? 'U ' : 'V ',
    kind: query === null ? 'USER_TABLE' : 'VIEW',
    query,
    session: isTemporary ? BigInt(store.session) : null,
  })
  // After a rollback, the id may have been that of another table.
  store.identities.forget(id)
  return id
}

export function recordColumn(store: Store, objectId: number, id: number, column: ColumnDefinition): void {
  store.run(
    `INSERT INTO columns VALUES (:object, :name, :id, :length, :precision, :scale, :nullable, :type, :seed, :increment,
      :typeId, :collation)`,
    {
      object: BigInt(objectId),
      name: column.name,
      id: BigInt(id),
      ...columnSizes(column.type),
      nullable: BigInt(column.nullable),
      type: nameOf(column.type),
      seed: column.identity?.seed ?? null,
      increment: column.identity?.increment ?? null,
    },
  )
}

/** @throws SqlError 3726 while a foreign key of another table refers to it */
export function dropTable(store: Store, table: Table): void {
  if (foreignKeysTo(store, table).some(({ objectId }) => objectId !== table.objectId)) {
    throw new SqlError(
      3726,
      `Could not drop object '${table.schema}.${table.name}' because it is referenced by a FOREIGN KEY constraint.`,
    )
  }
  store.run(`DROP TABLE ${storedName(table)}`)
  forgetObject(store, table)
}

export function replaceView(store: Store, { objectId }: Table, query: string): void {
  store.run('UPDATE objects SET definition = :query WHERE object_id = :object', {
    object: BigInt(objectId),
    query,
  })
}

export function forgetColumns(store: Store, { objectId }: Table): void {
  store.run('DELETE FROM columns WHERE object_id = :object', { object: BigInt(objectId) })
}

export function forgetObject(store: Store, table: Table): void {
  const object = { object: BigInt(table.objectId) }
  for (const name of ['objects', 'columns', 'constraints']) {
    store.run(`DELETE FROM ${name} WHERE object_id = :object`, object)
  }
  store.run('DELETE FROM "sys.database_permissions" WHERE class = 1 AND major_id = :object', object)
}
