// The functions of T-SQL that this database knows.
import { SqlError } from '../../model/errors.ts'
import { type Context, outsideSubset, type Typed } from './context.ts'
import type { SqlFunction } from './functions/arguments.ts'
import { choiceFunctions } from './functions/choices.ts'
import { clockFunctions } from './functions/clock.ts'
import { dateFunctions } from './functions/dates.ts'
import { jsonFunctions } from './functions/json.ts'
import { metadataFunctions } from './functions/metadata.ts'
import { numberFunctions } from './functions/numbers.ts'
import { sessionFunctions } from './functions/session.ts'
import { textFunctions } from './functions/text.ts'

const functions: Record<string, SqlFunction> = {
  ...choiceFunctions,
  ...clockFunctions,
  ...dateFunctions,
  ...jsonFunctions,
  ...metadataFunctions,
  ...numberFunctions,
  ...sessionFunctions,
  ...textFunctions,
}

/**
 * Translates a call.
 *
 * @param argumentsOf translates the arguments. Those of a function that is not known here may not even be values, such as
 *   the word FROM in TRIM.
 * @throws SqlError 50000 for a function that is not known here, 174 or 189 for a wrong number of arguments
 */
export function callFunction(
  name: string,
  argumentsOf: () => Typed[],
  context: Context,
  part?: string,
): Typed {
  const known = functions[name]
  if (!known) throw outsideSubset(context, `the function ${name}`)
  const values = argumentsOf()
  const [least, most] = known.counts
  const others = part === undefined ? 0 : 1
  if (values.length < least || values.length > most) {
    throw wrongCount(name.toLowerCase(), least + others, most + others)
  }
  return known.translate(values, context, part)
}

function wrongCount(name: string, least: number, most: number): SqlError {
  return least === most
    ? new SqlError(174, `The ${name} function requires ${least} argument(s).`, { class: 15 })
    : new SqlError(189, `The ${name} function requires ${least} to ${most} arguments.`, { class: 15 })
}
