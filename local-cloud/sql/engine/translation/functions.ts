// The functions of T-SQL that this database knows.
import { SqlError } from '../../model/errors.ts'
import { type Context, outsideSubset, type Typed } from './context.ts'
import type { SqlFunction } from './functions/arguments.ts'
import { choiceFunctions } from './functions/choices.ts'
import { clockFunctions } from './functions/clock.ts'
import { sessionFunctions } from './functions/session.ts'
import { textFunctions } from './functions/text.ts'

const functions: Record<string, SqlFunction> = {
  ...choiceFunctions,
  ...clockFunctions,
  ...sessionFunctions,
  ...textFunctions,
}

/**
 * Translates a call.
 *
 * @param argumentsOf translates the arguments. Those of a function that is not known here may not even be values, such as
 *   the `month` of DATENAME.
 * @throws SqlError 50000 for a function that is not known here, 174 or 189 for a wrong number of arguments
 */
export function callFunction(name: string, argumentsOf: () => Typed[], context: Context): Typed {
  const known = functions[name]
  if (!known) throw outsideSubset(context, `the function ${name}`)
  const values = argumentsOf()
  const [least, most] = known.counts
  if (values.length < least || values.length > most) throw wrongCount(name.toLowerCase(), least, most)
  return known.translate(values, context)
}

function wrongCount(name: string, least: number, most: number): SqlError {
  return least === most
    ? new SqlError(174, `The ${name} function requires ${least} argument(s).`, { class: 15 })
    : new SqlError(189, `The ${name} function requires ${least} to ${most} arguments.`, { class: 15 })
}
