// DECLARE and SET. A variable keeps its type; what is put into it is converted, and cut to its length.
import { SqlError, undeclaredVariable } from '../../model/errors.ts'
import type { SqlType } from '../../model/types.ts'
import type { Expression } from '../../tsql/syntax.ts'
import { convert } from '../storage/convert.ts'
import { requireConversion } from '../storage/convertible.ts'
import { type Context, constantValue, type Variable } from '../translation/context.ts'
import { translateExpression } from '../translation/expressions.ts'

/** @throws SqlError 134 when there is one of that name */
export function declareVariable(
  { name, type, value }: { name: string; type: SqlType; value: Expression | undefined },
  context: Context,
): void {
  const key = name.toLowerCase()
  if (context.variables.has(key)) {
    const words = 'Variable names must be unique within a query batch or stored procedure.'
    throw new SqlError(134, `The variable name '${name}' has already been declared. ${words}`, { class: 15 })
  }
  context.variables.set(key, { type, value: null })
  if (value) assignVariable(name, value, context)
}

export function assignVariable(name: string, expression: Expression, context: Context): void {
  const typed = translateExpression(expression, context)
  setVariable(name, { type: typed.type, value: constantValue(typed, context) }, context)
}

/** @throws SqlError 137 when the variable is not declared */
export function setVariable(name: string, { type, value }: Variable, context: Context): void {
  const variable = context.variables.get(name.toLowerCase())
  if (!variable) throw undeclaredVariable(name)
  if (value !== null) requireConversion(type, variable.type, 'implicit')
  variable.value = convert(value, type, variable.type)
}
