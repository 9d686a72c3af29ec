// Translates the functions and variables about the connection and the catalog.
import type { SqlError } from '../../../model/errors.ts'
import {
  bigint,
  decimal,
  int,
  nvarchar,
  type SqlType,
  typeFrom,
  uniqueidentifier,
  type Value,
} from '../../../model/types.ts'
import { userId } from '../../catalog/users.ts'
import { bind, type Context, cast, constantValue, outsideSubset, type Typed } from '../context.ts'
import { asText, type SqlFunction, taking } from './arguments.ts'

export const sessionFunctions: Record<string, SqlFunction> = {
  USER_NAME: taking(0, (_, context) => name(context, context.principal.name)),
  SUSER_SNAME: taking(0, (_, context) => name(context, context.principal.login)),
  ORIGINAL_LOGIN: taking(0, (_, context) => name(context, context.principal.login)),
  SCOPE_IDENTITY: taking(0, (_, context) => identity(context.connection.scopeIdentity, context)),
  XACT_STATE: taking(0, (_, context) => ({
    sql: String(transactionState(context)),
    type: typeFrom('smallint'),
  })),
  ERROR_NUMBER: taking(0, (_, context) => ofCaught(context, int, (error) => BigInt(error.number))),
  ERROR_SEVERITY: taking(0, (_, context) => ofCaught(context, int, (error) => BigInt(error.class))),
  ERROR_STATE: taking(0, (_, context) => ofCaught(context, int, (error) => BigInt(error.state))),
  ERROR_LINE: taking(0, (_, context) => ofCaught(context, int, (error) => BigInt(error.line))),
  ERROR_MESSAGE: taking(0, (_, context) => ofCaught(context, nvarchar(4000), (error) => error.message)),
  // There are no procedures that an error could come from.
  ERROR_PROCEDURE: taking(0, (_, context) => ofCaught(context, nvarchar(128), () => null)),
  NEWID: taking(0, () => ({ sql: 'new_guid()', type: uniqueidentifier })),
  DATABASE_PRINCIPAL_ID: taking(1, databasePrincipalId),
}

/** Translates @@VERSION and its like. */
export function globalVariable(variable: string, context: Context): Typed {
  switch (variable.toUpperCase()) {
    case '@@VERSION':
      return {
        sql: bind(context, 'Microsoft SQL Azure (RTM) - 12.0.2000.8, imitated by the local cloud'),
        type: nvarchar(300),
      }
    case '@@ROWCOUNT':
      return { sql: String(context.connection.rowCount), type: int }
    case '@@TRANCOUNT':
      return { sql: String(context.connection.transactionCount), type: int }
    case '@@ERROR':
      return { sql: String(context.connection.errorNumber), type: int }
    case '@@IDENTITY':
      return identity(context.connection.lastIdentity, context)
    default:
      throw outsideSubset(context, variable)
  }
}

function name(context: Context, value: string): Typed {
  return { sql: bind(context, value), type: nvarchar(128) }
}

// https://learn.microsoft.com/sql/t-sql/functions/xact-state-transact-sql
function transactionState({ connection }: Context): number {
  if (connection.transactionCount === 0) return 0
  return connection.isDoomed ? -1 : 1
}

function ofCaught(context: Context, type: SqlType, value: (error: SqlError) => Value): Typed {
  const { caught } = context.connection
  return { sql: bind(context, caught ? value(caught) : null), type }
}

// https://learn.microsoft.com/sql/t-sql/functions/scope-identity-transact-sql
function identity(value: Value, context: Context): Typed {
  return cast({ sql: bind(context, value), type: bigint }, decimal(38, 0))
}

function databasePrincipalId([user]: Typed[], context: Context): Typed {
  const wanted = user && constantValue(asText(user), context)
  const id = typeof wanted === 'string' ? userId(context.store, wanted) : undefined
  return { sql: id === undefined ? 'NULL' : String(id), type: int }
}
