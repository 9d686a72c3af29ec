// Turns what a client asks for into SQL: a batch as it stands, sp_executesql with its variables, the end of a transaction.
import { convert } from '../engine/storage/convert.ts'
import type { Variable } from '../engine/translation/context.ts'
import { notImitated, SqlError } from '../model/errors.ts'
import type { Parameter } from '../tds/parameters.ts'
import type { ClientRequest } from '../tds/requests.ts'
import { parseParameters } from '../tsql/parser.ts'

export interface SqlRequest {
  sql: string
  variables: Map<string, Variable>
  /** Procedures are answered with a status of their own. */
  isProcedure: boolean
}

/** @throws SqlError for a request that this server understands and refuses */
export function sqlOf(request: ClientRequest): SqlRequest {
  switch (request.kind) {
    case 'batch':
      return { sql: request.sql, variables: new Map(), isProcedure: false }
    case 'procedure':
      return procedureCall(request)
    case 'transaction':
      return { sql: transactionStatement(request.request), variables: new Map(), isProcedure: false }
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
  const types = typeof declaration?.value === 'string' ? parseParameters(declaration.value) : new Map()
  if (values.some((value) => value.isOutput)) throw notImitated('output parameters', sql)
  const variables = new Map<string, Variable>()
  for (const [index, [name, type]] of [...types].entries()) {
    const given = values.find((value) => value.name.toLowerCase() === name) ?? unnamed(values[index])
    if (!given) throw missingParameter(String(declaration?.value), sql, name)
    variables.set(name, { type, value: convert(given.value, given.type, type) })
  }
  return { sql, variables, isProcedure: true }
}

function unnamed(parameter: Parameter | undefined): Parameter | undefined {
  return parameter?.name === '' ? parameter : undefined
}

function missingParameter(declaration: string, sql: string, name: string): SqlError {
  const query = `(${declaration})${sql}`
  return new SqlError(
    8178,
    `The parameterized query '${query}' expects the parameter '${name}', which was not supplied.`,
  )
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
