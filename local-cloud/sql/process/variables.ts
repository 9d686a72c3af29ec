// The parameters of a request, as variables of its batch.
import { convert } from '../engine/storage/convert.ts'
import type { Variable } from '../engine/translation/context.ts'
import { SqlError } from '../model/errors.ts'
import { int } from '../model/types.ts'
import type { Parameter } from '../tds/parameters.ts'
import type { ReturnValue } from '../tds/tokens.ts'
import { parseParameters } from '../tsql/parser.ts'
import type { SqlRequest } from './messages.ts'

/** The values that the parameters have in the end, for those that the client wants back. */
export function returnedBy(
  { handle, parameters }: SqlRequest,
  variables: Map<string, Variable>,
): ReturnValue[] {
  const values: ReturnValue[] = handle
    ? [{ ordinal: 0, name: handle.name, type: int, value: BigInt(handle.value) }]
    : []
  const { declaration = '', values: given = [], first = 0 } = parameters ?? {}
  const names = [...parametersIn(declaration).keys()]
  for (const [index, { name, isOutput }] of given.entries()) {
    const variable = variables.get((name || names[index] || '').toLowerCase())
    if (isOutput && variable) values.push({ ordinal: first + index, name, ...variable })
  }
  return values
}

function parametersIn(declaration: string): ReturnType<typeof parseParameters> {
  return declaration === '' ? new Map() : parseParameters(declaration)
}

/** @throws SqlError for a value that is missing, or that its type cannot hold */
export function declareVariables({ sql, parameters }: SqlRequest, variables: Map<string, Variable>): void {
  if (!parameters) return
  const { declaration, values } = parameters
  for (const [index, [name, { type, isOutput }]] of [...parametersIn(declaration)].entries()) {
    const given = values.find((value) => value.name.toLowerCase() === name) ?? unnamed(values[index])
    if (!given) throw missingParameter(declaration, sql, name)
    if (given.isOutput && !isOutput) throw notOutput(name)
    variables.set(name, { type, value: convert(given.value, given.type, type) })
  }
}

function notOutput(name: string): SqlError {
  const words =
    'was not declared as an OUTPUT parameter, but the actual parameter passed in requested output.'
  return new SqlError(8162, `The formal parameter "${name}" ${words}`, { state: 2 })
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
