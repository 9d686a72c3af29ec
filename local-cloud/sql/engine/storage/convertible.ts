// Which types SQL Server converts to which, unasked or by CAST.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#implicit-conversions
import { SqlError } from '../../model/errors.ts'
import { isClassic } from '../../model/temporal.ts'
import { familyOf, nameOf, type SqlType } from '../../model/types.ts'

export type Conversion = 'implicit' | 'explicit'

/**
 * @throws SqlError 206 or 257 for a conversion that SQL Server does not make unasked, 529 for one that it does not make at
 *   all
 */
export function requireConversion(from: SqlType, to: SqlType, conversion: Conversion): void {
  const allowed = allowedConversion(from, to)
  if (allowed === 'implicit' || allowed === conversion) return
  if (conversion === 'explicit') {
    throw new SqlError(529, `Explicit conversion from data type ${from.name} to ${to.name} is not allowed.`)
  }
  if (allowed === 'explicit') throw onlyByConvert(from, to)
  throw new SqlError(206, `Operand type clash: ${shownType(from)} is incompatible with ${shownType(to)}`, {
    state: 2,
  })
}

function shownType(type: SqlType): string {
  return ['moment', 'time', 'zoned'].includes(familyOf(type)) ? type.name : nameOf(type)
}

function onlyByConvert(from: SqlType, to: SqlType): SqlError {
  const words = `Implicit conversion from data type ${from.name} to ${to.name} is not allowed.`
  return new SqlError(257, `${words} Use the CONVERT function to run this query.`, { state: 3 })
}

const numbers = ['integer', 'decimal', 'float']

function allowedConversion(from: SqlType, to: SqlType): Conversion | 'none' {
  const [source, target] = [familyOf(from), familyOf(to)]
  if (source === target || (numbers.includes(source) && numbers.includes(target))) return 'implicit'
  if (source === 'text') return target === 'binary' ? 'explicit' : 'implicit'
  if (target === 'text') return 'implicit'
  if (source === 'zoned' || target === 'zoned') return withOffset(source === 'zoned' ? target : source)
  if (source === 'time' || target === 'time') return withTime(source === 'time' ? to : from)
  if (source === 'moment') return fromMoment(from, target)
  if (target === 'moment') return source === 'guid' || !isClassic(to) ? noneBut(source, 'binary') : 'implicit'
  if (source === 'guid' || target === 'guid')
    return noneBut(source === 'guid' ? target : source, 'binary', 'implicit')
  return source === 'binary' && target === 'float' ? 'none' : 'implicit'
}

// To or from a moment with an offset.
function withOffset(other: string): Conversion | 'none' {
  if (other === 'binary') return 'explicit'
  return other === 'moment' || other === 'time' ? 'implicit' : 'none'
}

// To or from a time of the day: a date has none.
function withTime(other: SqlType): Conversion | 'none' {
  const family = familyOf(other)
  if (family === 'binary') return 'explicit'
  return family === 'moment' && other.name !== 'date' ? 'implicit' : 'none'
}

function fromMoment(from: SqlType, target: string): Conversion | 'none' {
  if (target === 'binary') return 'explicit'
  return isClassic(from) && numbers.includes(target) ? 'explicit' : 'none'
}

function noneBut(found: string, allowed: string, conversion: Conversion = 'explicit'): Conversion | 'none' {
  return found === allowed ? conversion : 'none'
}
