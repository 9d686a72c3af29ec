// Runs the statements that define tables, users and permissions: what only the administrator may do.
import { databasePermissionDenied, missing, SqlError } from '../../model/errors.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { changePermission } from '../catalog/permissions.ts'
import { isTemporaryName } from '../catalog/table.ts'
import { createUser, dropUser, userId } from '../catalog/users.ts'
import type { Context } from '../translation/context.ts'
import { alterTable } from './alter-table.ts'
import { create, createIndex, drop, dropIndex, noSuchIndex, noSuchTable, truncateTable } from './tables.ts'
import { createView, dropView, noSuchView } from './views.ts'

export type Definition = Extract<
  Statement,
  {
    kind:
      | 'create table'
      | 'drop table'
      | 'create view'
      | 'drop view'
      | 'alter table'
      | 'truncate table'
      | 'create index'
      | 'drop index'
      | 'create user'
      | 'drop user'
      | 'permission'
  }
>

export function define(statement: Definition, context: Context): void {
  const { store, database, principal } = context
  if (!principal.isAdministrator && !isTemporary(statement)) throw refused(statement, database)
  switch (statement.kind) {
    case 'create table':
      create(statement, context)
      break
    case 'drop table':
      for (const path of statement.tables) drop(path, statement.ifExists, context)
      break
    case 'create view':
      createView(statement, context)
      break
    case 'drop view':
      for (const path of statement.views) dropView(path, statement.ifExists, context)
      break
    case 'alter table':
      alterTable(statement, context)
      break
    case 'truncate table':
      truncateTable(statement.table, context)
      break
    case 'create index':
      createIndex(statement, context)
      break
    case 'drop index':
      dropIndex(statement, context)
      break
    case 'create user':
      createUser(store, statement.name, statement.sid, statement.type)
      break
    case 'drop user':
      if (!statement.ifExists || userId(store, statement.name) !== undefined) dropUser(store, statement.name)
      break
    case 'permission':
      for (const permission of statement.permissions) {
        for (const user of statement.users) {
          changePermission(store, statement.action, permission, statement.on, user)
        }
      }
  }
}

// Everybody may have temporary tables.
function isTemporary(statement: Definition): boolean {
  if ('tables' in statement) return statement.tables.every(isTemporaryName)
  return 'table' in statement && isTemporaryName(statement.table)
}

function refused(statement: Definition, database: string): SqlError {
  switch (statement.kind) {
    case 'create table':
      return databasePermissionDenied('CREATE TABLE', database)
    case 'drop table':
      return noSuchTable('drop', statement.tables[0] ?? [])
    case 'alter table':
    case 'truncate table':
    case 'create index':
      return noSuchTable(statement.kind, statement.table)
    case 'create view':
      return databasePermissionDenied('CREATE VIEW', database)
    case 'drop view':
      return noSuchView(statement.views[0] ?? [])
    case 'drop index':
      return noSuchIndex(statement)
    case 'create user':
      return new SqlError(15247, 'User does not have permission to perform this action.')
    case 'drop user':
      return missing('drop', 'user', statement.name)
    case 'permission':
      return missing('find', statement.on.class, statement.on.path.at(-1) ?? database)
  }
}
