// Conversions to times of the day, which are ticks since midnight.
// https://learn.microsoft.com/sql/t-sql/data-types/time-transact-sql#convert-date-and-time-data
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import { momentFrom } from '../../model/moment-text.ts'
import { roundedMoment, TICKS_PER_DAY } from '../../model/temporal.ts'
import { familyOf, isText, nameOf, type SqlType, type Value } from '../../model/types.ts'
import { localTicks, zonedFrom } from '../../model/zoned.ts'

/** Converts to a time; undefined for a value that cannot be one. */
export function toTime(value: Exclude<Value, null>, from: SqlType, to: SqlType): bigint | undefined {
  if (isText(from)) return roundedTime(momentFrom(String(value), to, from.name), to)
  if (typeof value === 'bigint' && ['moment', 'time'].includes(familyOf(from))) return roundedTime(value, to)
  return familyOf(from) === 'zoned' ? roundedTime(localTicks(zonedFrom(String(value))), to) : undefined
}

function roundedTime(ticks: bigint, type: SqlType): bigint {
  const rounded = roundedMoment(ticks % TICKS_PER_DAY, type)
  if (rounded < TICKS_PER_DAY) return rounded
  throw new SqlError(
    NOT_IMITATED,
    `The local database does not imitate a time that a conversion to ${nameOf(type)} rounds up to midnight.`,
  )
}
