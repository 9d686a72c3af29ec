// What a client can read about the database itself: a small part of the system views of SQL Server.
import { bit, int, nvarchar, type SqlType, typeFrom, varbinary } from '../../model/types.ts'
import type { Store } from '../storage/store.ts'
import type { Column, Table } from './table.ts'

const sysname = nvarchar(128)
const tinyint = typeFrom('tinyint')

const views: Record<string, Record<string, SqlType>> = {
  schemas: { name: sysname, schema_id: int },
  objects: { name: sysname, object_id: int, schema_id: int, type: nvarchar(2), type_desc: nvarchar(60) },
  views: { name: sysname, object_id: int, schema_id: int, type: nvarchar(2), type_desc: nvarchar(60) },
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
  columns: Object.entries(columns).map(([column, type]): Column => ({ name: column, type, nullable: true })),
  keys: [],
  indexes: [],
  checks: [],
  foreignKeys: [],
  defaults: [],
}))

/** Creates the tables that the catalog and the users are kept in. */
export function createSystemTables(store: Store): void {
  for (const [name, columns] of Object.entries(views)) {
    const list = Object.keys(columns).map((column) => column + (storage[`${name}.${column}`] ?? ''))
    const condition = selections[name]
    if (condition) {
      const base = name === 'columns' ? 'columns' : 'objects'
      store.run(`CREATE VIEW "sys.${name}" AS SELECT ${list.join(', ')} FROM ${base} WHERE ${condition}`)
    } else {
      store.run(`CREATE TABLE "sys.${name}" (${list.join(', ')})`)
    }
  }
  // `definition` is the query of a view, `owner` the session of a temporary table.
  store.run('CREATE TABLE objects (name, object_id, schema_id, type, type_desc, definition, owner)')
  store.run(
    `CREATE TABLE columns (object_id, name, column_id, max_length, precision, scale, is_nullable, type_text,
      identity_seed, identity_increment)`,
  )
  store.run('CREATE TABLE constraints (object_id, name, definition)')
  store.run(`INSERT INTO "sys.schemas" VALUES ('dbo', 1), ('sys', 4)`)
}

// What is shown of the objects and columns that exist: nothing of temporary tables, whose ids are below zero.
const selections: Record<string, string> = {
  objects: 'object_id > 0',
  tables: "object_id > 0 AND type = 'U '",
  views: "object_id > 0 AND type = 'V '",
  columns: 'object_id > 0',
}

// What SQLite has to know beyond the names.
const storage: Record<string, string> = {
  'database_principals.principal_id': ' INTEGER PRIMARY KEY AUTOINCREMENT',
}
