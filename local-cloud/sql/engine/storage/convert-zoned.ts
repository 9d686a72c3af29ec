// Conversions of moments with an offset to UTC.
// https://learn.microsoft.com/sql/t-sql/data-types/datetimeoffset-transact-sql#convert-date-and-time-data
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import { conversionFailed, momentFrom, outOfRange } from '../../model/moment-text.ts'
import { momentToText, roundedMoment, TICKS_TO_1900 } from '../../model/temporal.ts'
import { datetime2, familyOf, isText, nameOf, type SqlType, type Value } from '../../model/types.ts'
import { localTicks, offsetFrom, offsetToText, storedZoned, zonedAt, zonedFrom } from '../../model/zoned.ts'

/** Converts to a moment with an offset; undefined for a value that cannot be one. */
export function toZoned(value: Exclude<Value, null>, from: SqlType, to: SqlType): string | undefined {
  if (isText(from)) return zonedInText(String(value), from, to)
  if (familyOf(from) === 'zoned') {
    const { utc, offset } = zonedFrom(String(value))
    return stored(roundedMoment(localTicks({ utc, offset }), to), offset, from, to)
  }
  if (typeof value !== 'bigint') return undefined
  const local = familyOf(from) === 'time' ? value + TICKS_TO_1900 : value
  return ['moment', 'time'].includes(familyOf(from))
    ? stored(roundedMoment(local, to), 0, from, to)
    : undefined
}

function zonedInText(text: string, from: SqlType, to: SqlType): string {
  const local = roundedMoment(momentFrom(text, to, from.name), to)
  const [, zone] = /\d:\d\d.*?([+-]\d\d:\d\d)$/.exec(text.trim()) ?? []
  const offset = zone === undefined ? 0 : offsetFrom(zone)
  if (offset === undefined) throw conversionFailed(to)
  return stored(local, offset, from, to)
}

function stored(local: bigint, offset: number, from: SqlType, to: SqlType): string {
  const text = storedZoned(zonedAt(local, offset))
  if (text === undefined) throw outOfRange(from.name, to)
  return text
}

/** Gives the local time of a moment, as it is copied into a type without an offset. */
export function localTimeFor(value: string, from: SqlType, to: SqlType): bigint {
  const local = localTicks(zonedFrom(value))
  if (to.name === 'datetime2' && roundedMoment(local, to) !== local) {
    throw new SqlError(
      NOT_IMITATED,
      `The local database does not imitate a conversion of ${nameOf(from)} to ${nameOf(to)} that loses digits.`,
    )
  }
  return local
}

export function zonedToText(value: string, type: SqlType): string {
  const zoned = zonedFrom(value)
  return `${momentToText(localTicks(zoned), datetime2(type.scale))} ${offsetToText(zoned.offset)}`
}
