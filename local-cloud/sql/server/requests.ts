// Turns what a client asks for into SQL: a batch as it stands, sp_executesql with its variables, the end of a transaction.
import { notImitated, SqlError } from '../model/errors.ts'
import type { SqlRequest } from '../process/messages.ts'
import type { Parameter } from '../tds/parameters.ts'
import type { ClientRequest } from '../tds/requests.ts'

/** @throws SqlError for a request that this server understands and refuses */
export function sqlOf(request: ClientRequest): SqlRequest {
  switch (request.kind) {
    case 'batch':
      return { sql: request.sql, isProcedure: false }
    case 'procedure':
      return procedureCall(request)
    case 'transaction':
      return { sql: transactionStatement(request.request), isProcedure: false }
  }
}

function procedureCall({ name, parameters }: Extract<ClientRequest, { kind: 'procedure' }>): SqlRequest {
  if (!/^(\[?sys\]?\.+)?\[?sp_executesql\]?$/i.test(name)) throw refusedProcedure(name)
  return executeSql(parameters())
}

function refusedProcedure(name: string): SqlError {
  if (/^sp_(prepare|execute|prepexec|unprepare)$/i.test(name)) return notImitated('prepared statements', name)
  return new SqlError(2812, `Could not find stored procedure '${name}'.`, { state: 62 })
}

const MOST_PARAMETERS = 2_100

// sp_executesql takes the statement, the types of its parameters as text, and then their values.
function executeSql([statement, declaration, ...values]: Parameter[]): SqlRequest {
  if (typeof statement?.value !== 'string') {
    throw new SqlError(214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.")
  }
  if (values.length > MOST_PARAMETERS) {
    const words = `The server supports a maximum of ${MOST_PARAMETERS} parameters.`
    throw new SqlError(8003, `The incoming request has too many parameters. ${words}`)
  }
  const sql = statement.value
  if (values.some((value) => value.isOutput)) throw notImitated('output parameters', sql)
  const types = typeof declaration?.value === 'string' ? declaration.value : ''
  return { sql, parameters: { declaration: types, values }, isProcedure: true }
}

function transactionStatement(kind: number): string {
  switch (kind) {
    case 5:
      return 'BEGIN TRANSACTION'
    case 7:
      return 'COMMIT TRANSACTION'
    case 8:
      return 'ROLLBACK TRANSACTION'
    default:
      throw notImitated('savepoints and distributed transactions', `transaction manager request ${kind}`)
  }
}
