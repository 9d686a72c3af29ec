// What a client can read about the database itself: a small part of the system views of SQL Server.
import { bit, int, nvarchar, type SqlType, typeFrom, varbinary } from '../../model/types.ts'
import type { ColumnDefinition } from '../../tsql/syntax.ts'
import type { Store } from '../storage/store.ts'
import type { Table } from './table.ts'

const sysname = nvarchar(128)
const tinyint = typeFrom('tinyint')

const views: Record<string, Record<string, SqlType>> = {
  schemas: { name: sysname, schema_id: int },
  objects: { name: sysname, object_id: int, schema_id: int, type: nvarchar(2), type_desc: nvarchar(60) },
  tables: { name: sysname, object_id: int, schema_id: int, type: nvarchar(2), type_desc: nvarchar(60) },
  columns: {
    object_id: int,
    name: sysname,
    column_id: int,
    max_length: int,
    precision: tinyint,
    scale: tinyint,
    is_nullable: bit,
  },
  database_principals: {
    name: sysname,
    principal_id: int,
    type: nvarchar(1),
    type_desc: nvarchar(60),
    sid: varbinary(85),
    authentication_type_desc: nvarchar(60),
  },
  database_permissions: {
    class: tinyint,
    class_desc: nvarchar(60),
    major_id: int,
    minor_id: int,
    grantee_principal_id: int,
    permission_name: nvarchar(128),
    state: nvarchar(1),
    state_desc: nvarchar(60),
  },
}

export const systemTables: Table[] = Object.entries(views).map(([name, columns]) => ({
  objectId: 0,
  schema: 'sys',
  name,
  columns: Object.entries(columns).map(
    ([column, type]): ColumnDefinition => ({ name: column, type, nullable: true }),
  ),
  keys: [],
}))

/** Creates the tables that the catalog and the users are kept in. */
export function createSystemTables(store: Store): void {
  for (const [name, columns] of Object.entries(views)) {
    if (name === 'tables') continue
    const list = Object.keys(columns).map((column) => column + (storage[`${name}.${column}`] ?? ''))
    store.run(`CREATE TABLE "sys.${name}" (${list.join(', ')})`)
  }
  store.run(`CREATE VIEW "sys.tables" AS SELECT * FROM "sys.objects" WHERE type = 'U '`)
  store.run('CREATE TABLE "sys.key_constraints" (name, object_id, type, columns)')
  store.run(`INSERT INTO "sys.schemas" VALUES ('dbo', 1), ('sys', 4)`)
}

// What SQLite has to know beyond the names.
const storage: Record<string, string> = {
  'database_principals.principal_id': ' INTEGER PRIMARY KEY AUTOINCREMENT',
  // How a column was declared, from which its type is read again; clients cannot see it.
  'columns.is_nullable': ', type_text',
}
