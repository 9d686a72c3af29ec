// What a client can read about the database itself: a part of the system views of SQL Server.
import { int, nvarchar, type SqlType, varbinary } from '../../model/types.ts'
import type { Store } from '../storage/store.ts'
import { baseViews, catalogViews, databasesView } from './catalog-views.ts'
import { informationSchema } from './information-schema.ts'
import { type SystemView, sysname, tinyint } from './system-view.ts'
import { type Column, storedName, type Table } from './table.ts'

// Those that are tables here too.
const principals: Record<string, SqlType> = {
  name: sysname,
  principal_id: int,
  type: nvarchar(1),
  type_desc: nvarchar(60),
  sid: varbinary(85),
  authentication_type_desc: nvarchar(60),
}
const permissions: Record<string, SqlType> = {
  class: tinyint,
  class_desc: nvarchar(60),
  major_id: int,
  minor_id: int,
  grantee_principal_id: int,
  permission_name: nvarchar(128),
  state: nvarchar(1),
  state_desc: nvarchar(60),
}

const systemViews = (database: string): Record<string, Record<string, SystemView>> => ({
  sys: { ...catalogViews, databases: databasesView(database) },
  INFORMATION_SCHEMA: informationSchema(database),
})

export const systemTables: Table[] = [
  ...Object.entries(systemViews('')).flatMap(([schema, views]) =>
    Object.entries(views).map(([name, { columns, securable }]) => ({
      ...systemTable(
        schema,
        name,
        Object.entries(columns).map(([column, [type]]) => [column, type]),
      ),
      isAboutObjects: securable !== undefined,
    })),
  ),
  systemTable('sys', 'database_principals', Object.entries(principals)),
  systemTable('sys', 'database_permissions', Object.entries(permissions)),
]

function systemTable(schema: string, name: string, columns: [name: string, type: SqlType][]): Table {
  return {
    objectId: 0,
    schema,
    name,
    columns: columns.map(([column, type]): Column => ({ name: column, type, nullable: true })),
    keys: [],
    indexes: [],
    checks: [],
    foreignKeys: [],
    defaults: [],
  }
}

/** Creates the tables that the catalog and the users are kept in, and the views of them. */
export function createSystemTables(store: Store): void {
  // `definition` is the query of a view, `owner` the session of a temporary table.
  store.run('CREATE TABLE objects (name, object_id, schema_id, type, type_desc, definition, owner)')
  store.run(
    `CREATE TABLE columns (object_id, name, column_id, max_length, precision, scale, is_nullable, type_text,
      identity_seed, identity_increment, type_id, collation)`,
  )
  // `shown` is what clients read of a condition or a default.
  store.run('CREATE TABLE constraints (object_id, name, definition, shown)')
  const list = Object.keys(principals).join(', ')
  store.run(
    `CREATE TABLE "sys.database_principals" (${list.replace('principal_id', 'principal_id INTEGER PRIMARY KEY AUTOINCREMENT')})`,
  )
  store.run(`CREATE TABLE "sys.database_permissions" (${Object.keys(permissions).join(', ')})`)
  for (const [name, query] of Object.entries(baseViews)) store.run(`CREATE VIEW ${name} AS ${query}`)
  for (const [schema, views] of Object.entries(systemViews(store.database))) {
    for (const [name, view] of Object.entries(views)) createView(store, schema, name, view)
  }
}

/** The column behind the others by which the rows for a user are found. */
export const SECURABLE = 'securable'

function createView(
  store: Store,
  schema: string,
  name: string,
  { columns, from, securable = 'NULL' }: SystemView,
): void {
  const list = Object.entries(columns).map(([column, [, expression]]) => `${expression} AS "${column}"`)
  const view = storedName({ objectId: 0, schema, name })
  store.run(`CREATE VIEW ${view} AS SELECT ${list.join(', ')}, ${securable} AS ${SECURABLE} FROM ${from}`)
}
