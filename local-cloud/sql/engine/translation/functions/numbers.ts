// Translates the functions of numbers.
// https://learn.microsoft.com/sql/t-sql/functions/mathematical-functions-transact-sql
import { bigint, decimal, familyOf, float, int, isText, nameOf, type SqlType } from '../../../model/types.ts'
import { floatFunctions } from '../../storage/numbers.ts'
import { bind, converted, type Typed } from '../context.ts'
import { asInteger, given, invalidArgument, type SqlFunction, taking } from './arguments.ts'

export const numberFunctions: Record<string, SqlFunction> = {
  ABS: taking(1, ([value]) => sameType('number_absolute', numeric(value, 'abs'))),
  SIGN: taking(1, ([value]) => {
    const number = numeric(value, 'sign')
    return { ...sameType('number_sign', number), type: widened(number.type) }
  }),
  CEILING: taking(1, ([value]) => whole('up', numeric(value, 'ceiling'))),
  FLOOR: taking(1, ([value]) => whole('down', numeric(value, 'floor'))),
  ROUND: {
    counts: [2, 3],
    translate: ([value, places, cuts]) => {
      const number = numeric(value, 'round')
      const type = widened(number.type)
      const [count, way] = [asInteger(places), cuts ? asInteger(cuts) : '0']
      return { sql: `number_rounded(${number.sql}, ${count}, ${way}, '${nameOf(type)}')`, type }
    },
  },
  POWER: taking(2, ([base, exponent]) => {
    const number = numeric(base, 'power')
    const type = number.type.name === 'decimal' ? decimal(38, number.type.scale) : widened(number.type)
    const values = `${number.sql}, ${converted(numeric(exponent, 'power', 2), float).sql}`
    return { sql: `number_power(${values}, '${nameOf(number.type)}', '${nameOf(type)}')`, type }
  }),
  PI: taking(0, () => ({ sql: String(Math.PI), type: float })),
  ...Object.fromEntries(
    Object.keys(floatFunctions).map((name) => [
      name,
      taking(1, ([value], context) => ({
        sql: `number_float(${bind(context, name)}, ${converted(numeric(value, name.toLowerCase()), float).sql})`,
        type: float,
      })),
    ]),
  ),
}

// Text counts as a float; bits are no numbers.
function numeric(value: Typed | undefined, name: string, position = 1): Typed {
  const known = given(value)
  if (isText(known.type)) return converted(known, float)
  const isNumber = ['integer', 'decimal', 'float'].includes(familyOf(known.type)) && known.type.name !== 'bit'
  if (!isNumber) throw invalidArgument(known, position, name)
  return known
}

// The small types of whole numbers become int, and real becomes float.
function widened(type: SqlType): SqlType {
  if (familyOf(type) === 'integer') return type.name === 'bigint' ? bigint : int
  return familyOf(type) === 'float' ? float : type
}

function sameType(work: string, { sql, type }: Typed): Typed {
  return { sql: `${work}(${sql}, '${nameOf(type)}')`, type }
}

function whole(direction: string, { sql, type }: Typed): Typed {
  const result = type.name === 'decimal' ? decimal(type.precision, 0) : type
  return { sql: `number_whole('${direction}', ${sql}, '${nameOf(type)}', '${nameOf(result)}')`, type: result }
}
