// Conversions between types, as CAST does them and as SQL Server does them unasked.
import { digitsOf } from '../../model/decimals.ts'
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import { familyOf, MAX, nameOf, nvarchar, type SqlType, type Value } from '../../model/types.ts'
import { toBinary, toGuid } from './convert-bytes.ts'
import { toMoment } from './convert-moments.ts'
import { toDecimal, toFloat, toInteger } from './convert-numbers.ts'
import { toText } from './convert-text.ts'
import { toTime } from './convert-times.ts'
import { toZoned } from './convert-zoned.ts'

/**
 * Converts a value. A text that is too long is cut, as CAST cuts it.
 *
 * @throws SqlError 245, 8114, 8115, … when the value has no equivalent in the other type
 */
export function convert(stored: Value, from: SqlType, to: SqlType): Value {
  if (stored === null) return null
  const value = from.name === 'decimal' ? digitsOf(stored) : stored
  const result = conversions[familyOf(to)](value, from, to)
  if (result === undefined) throw notConverted(from, to)
  return result
}

/** A value of any type, with a decimal as its digits. */
type Known = Exclude<Value, null>

const conversions: Record<
  ReturnType<typeof familyOf>,
  (value: Known, from: SqlType, to: SqlType) => Value | undefined
> = {
  integer: toInteger,
  decimal: toDecimal,
  float: toFloat,
  text: toText,
  moment: toMoment,
  time: toTime,
  zoned: toZoned,
  guid: toGuid,
  binary: toBinary,
}

/** Converts as TRY_CAST does: to NULL where CAST fails. */
export function tryConvert(value: Value, from: SqlType, to: SqlType): Value {
  return orNull(() => convert(value, from, to))
}

/** Gives NULL where a conversion fails with an error of SQL Server. */
export function orNull(work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    if (error instanceof SqlError && error.number !== NOT_IMITATED) return null
    throw error
  }
}

/** Writes a value as the message of an error shows it. */
export function shownValue(value: Value, type: SqlType): string {
  return value === null ? '<NULL>' : String(convert(value, type, nvarchar(MAX)))
}

function notConverted(from: SqlType, to: SqlType): SqlError {
  return new SqlError(
    NOT_IMITATED,
    `The local database does not imitate the conversion of ${nameOf(from)} to ${nameOf(to)}.`,
  )
}
