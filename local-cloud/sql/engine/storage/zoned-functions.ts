// The functions of moments with an offset to UTC.
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import { datetime2, type SqlType } from '../../model/types.ts'
import {
  GREATEST_OFFSET,
  localTicks,
  offsetFrom,
  offsetToText,
  storedZoned,
  type Zoned,
  zonedAt,
  zonedFrom,
} from '../../model/zoned.ts'
import { dateAdd } from './dates.ts'

/** Adds to the local time, and keeps the offset. */
export function zonedAdd(part: string, count: bigint, value: string, type: SqlType): string {
  const zoned = zonedFrom(value)
  const sum = { ...datetime2(type.scale), name: type.name }
  return kept(zonedAt(dateAdd(part, count, localTicks(zoned), sum), zoned.offset), 'dateadd')
}

/** The same moment, as clocks show it elsewhere. */
export function switchOffset(value: string, zone: string | bigint): string {
  return kept({ utc: zonedFrom(value).utc, offset: knownOffset(zone, 'switchoffset') }, 'switchoffset')
}

/** The local time of a place with this offset. */
export function toOffset(ticks: bigint, zone: string | bigint): string {
  return kept(zonedAt(ticks, knownOffset(zone, 'todatetimeoffset')), 'todatetimeoffset')
}

export function offsetOf(value: string): bigint {
  return BigInt(zonedFrom(value).offset)
}

export function offsetName(value: string): string {
  return offsetToText(zonedFrom(value).offset)
}

function knownOffset(zone: string | bigint, name: string): number {
  const offset = typeof zone === 'bigint' ? Number(zone) : offsetFrom(zone)
  if (offset !== undefined && Math.abs(offset) <= GREATEST_OFFSET) return offset
  throw new SqlError(9812, `The timezone provided to builtin function ${name} is invalid.`)
}

function kept(zoned: Zoned, name: string): string {
  const stored = storedZoned(zoned)
  if (stored !== undefined) return stored
  const words = 'would result in an invalid value: the year must be from 1 to 9999, in UTC too.'
  throw new SqlError(NOT_IMITATED, `The local database does not imitate what ${name} does where it ${words}`)
}
