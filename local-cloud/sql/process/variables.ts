// The parameters of a request, as variables of its batch.
import { convert } from '../engine/storage/convert.ts'
import type { Variable } from '../engine/translation/context.ts'
import { SqlError } from '../model/errors.ts'
import type { Parameter } from '../tds/parameters.ts'
import { parseParameters } from '../tsql/parser.ts'
import type { SqlRequest } from './messages.ts'

/** @throws SqlError for a value that is missing, or that its type cannot hold */
export function variablesOf({ sql, parameters }: SqlRequest): Map<string, Variable> {
  const variables = new Map<string, Variable>()
  if (!parameters) return variables
  const { declaration, values } = parameters
  const types = declaration === '' ? [] : [...parseParameters(declaration)]
  for (const [index, [name, type]] of types.entries()) {
    const given = values.find((value) => value.name.toLowerCase() === name) ?? unnamed(values[index])
    if (!given) throw missingParameter(declaration, sql, name)
    variables.set(name, { type, value: convert(given.value, given.type, type) })
  }
  return variables
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
