// SET IDENTITY_INSERT: the client gives the numbers of an identity column itself, in one table at a time.
import { SqlError } from '../../model/errors.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { findTable, tableWithId } from '../catalog/catalog.ts'
import { isTemporary } from '../catalog/table.ts'
import type { Context } from '../translation/context.ts'
import { identityColumn } from './identity.ts'

// https://learn.microsoft.com/sql/t-sql/statements/set-identity-insert-transact-sql
export function setIdentityInsert(
  {
    connection,
    store,
    principal,
    database,
  }: Pick<Context, 'connection' | 'store' | 'principal' | 'database'>,
  { table: path, on }: Extract<Statement, { kind: 'set identity insert' }>,
): void {
  const table = findTable(store, path)
  if (!table || !(principal.isAdministrator || isTemporary(table))) {
    const words = 'because it does not exist or you do not have permissions'
    throw new SqlError(1088, `Cannot find the object "${path.join('.')}" ${words}.`, { state: 11 })
  }
  if (!identityColumn(table)) {
    throw new SqlError(
      8106,
      `Table '${table.name}' does not have the identity property. Cannot perform SET operation.`,
    )
  }
  const current = connection.identityInsert
  if (!on) {
    if (current === table.objectId) connection.identityInsert = undefined
    return
  }
  if (current !== undefined && current !== table.objectId) {
    const other = tableWithId(store, current)
    throw new SqlError(
      8107,
      `IDENTITY_INSERT is already ON for table '${database}.${other.schema}.${other.name}'. Cannot perform SET operation for table '${path.join('.')}'.`,
    )
  }
  connection.identityInsert = table.objectId
}
