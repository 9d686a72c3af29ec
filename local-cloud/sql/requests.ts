// What a client asks for once it has logged in: a batch, a procedure, or the begin or end of a transaction.
import { convert } from './engine/convert.ts'
import type { Variable } from './engine/translation.ts'
import { notImitated, SqlError } from './errors.ts'
import { type Reader, readerOf } from './tds/bytes.ts'
import { type Message, messageType } from './tds/packets.ts'
import { type Parameter, parameterFrom } from './tds/parameters.ts'
import { parameterTypes } from './tsql/types.ts'

export interface SqlRequest {
  sql: string
  variables: Map<string, Variable>
  /** Answers to procedures look a little different. */
  isProcedure: boolean
}

/**
 * Reads a request.
 *
 * @throws SqlError for a request that this server understands and refuses; RangeError for bytes that make no sense
 */
export function requestFrom({ type, payload }: Message): SqlRequest {
  const reader = readerOf(payload)
  // ALL_HEADERS: their own length, and what we have no use for.
  reader.bytes(reader.uint32() - 4)
  switch (type) {
    case messageType.batch:
      return {
        sql: payload.toString('utf16le', payload.readUInt32LE(0)),
        variables: new Map(),
        isProcedure: false,
      }
    case messageType.procedure:
      return procedureCall(reader)
    case messageType.transaction:
      return { sql: transactionStatement(reader.uint16()), variables: new Map(), isProcedure: false }
    default:
      throw new RangeError(`A message of type ${type} is no request.`)
  }
}

const NUMBERED = 0xffff
const procedureNumbers: Record<number, string> = {
  10: 'sp_executesql',
  11: 'sp_prepare',
  12: 'sp_execute',
  13: 'sp_prepexec',
  15: 'sp_unprepare',
}

function procedureCall(reader: Reader): SqlRequest {
  const length = reader.uint16()
  const number = length === NUMBERED ? reader.uint16() : undefined
  const name =
    number === undefined ? reader.text(length) : (procedureNumbers[number] ?? `procedure ${number}`)
  reader.uint16()
  if (!/^(\[?sys\]?\.+)?\[?sp_executesql\]?$/i.test(name)) throw refusedProcedure(name)
  const parameters: Parameter[] = []
  while (!reader.isAtEnd()) parameters.push(parameterFrom(reader))
  return executeSql(parameters)
}

function refusedProcedure(name: string): SqlError {
  const isKnown = Object.values(procedureNumbers).includes(name.toLowerCase())
  if (isKnown) return notImitated('prepared statements', name)
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
  const types = typeof declaration?.value === 'string' ? parameterTypes(declaration.value) : new Map()
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

// The transaction manager of TDS; drivers use it in place of BEGIN TRANSACTION and the like.
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
