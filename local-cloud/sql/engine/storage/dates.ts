// The functions of dates. A moment is a number of ticks since the year 1, which began with a Monday.
import { SqlError } from '../../model/errors.ts'
import { dateOf, isInMomentRange, roundedMoment, TICKS_PER_DAY, ticksOf } from '../../model/temporal.ts'
import type { SqlType } from '../../model/types.ts'

const TICKS_PER_SECOND = 10_000_000n
const NANOSECONDS_PER_TICK = 100n

/** What has the same length always. A nanosecond is less than a tick. */
const lengths: Record<string, bigint> = {
  week: 7n * TICKS_PER_DAY,
  dayofyear: TICKS_PER_DAY,
  day: TICKS_PER_DAY,
  weekday: TICKS_PER_DAY,
  hour: 3600n * TICKS_PER_SECOND,
  minute: 60n * TICKS_PER_SECOND,
  second: TICKS_PER_SECOND,
  millisecond: TICKS_PER_SECOND / 1_000n,
  microsecond: TICKS_PER_SECOND / 1_000_000n,
}
const months: Record<string, bigint> = { year: 12n, quarter: 3n, month: 1n }

/** @throws SqlError 517 when the type has no such moment */
export function dateAdd(part: string, count: bigint, ticks: bigint, type: SqlType): bigint {
  if (type.name === 'time') return timeAdd(part, count, ticks, type)
  const sum = months[part] ? addMonths(ticks, count * months[part]) : ticks + ticksIn(part, count)
  const rounded = isInMomentRange(sum, type) ? roundedMoment(sum, type) : sum
  if (!isInMomentRange(rounded, type)) {
    throw new SqlError(517, `Adding a value to a '${type.name}' column caused an overflow.`)
  }
  return rounded
}

// A time goes on after midnight.
function timeAdd(part: string, count: bigint, ticks: bigint, type: SqlType): bigint {
  const sum = (ticks + ticksIn(part, count)) % TICKS_PER_DAY
  return roundedMoment(sum < 0n ? sum + TICKS_PER_DAY : sum, type) % TICKS_PER_DAY
}

function ticksIn(part: string, count: bigint): bigint {
  if (part !== 'nanosecond') return count * (lengths[part] ?? 0n)
  const half = count < 0n ? -NANOSECONDS_PER_TICK / 2n : NANOSECONDS_PER_TICK / 2n
  return (count + half) / NANOSECONDS_PER_TICK
}

// The day stays, or is the last one of a shorter month.
function addMonths(ticks: bigint, count: bigint): bigint {
  const date = dateOf(ticks)
  const month = BigInt(date.getUTCFullYear()) * 12n + BigInt(date.getUTCMonth()) + count
  if (month < 12n || month >= 120_000n) return -1n
  const day = Math.min(date.getUTCDate(), daysIn(Number(month / 12n), Number(month % 12n)))
  return dayTicks(Number(month / 12n), Number(month % 12n), day) + (ticks % TICKS_PER_DAY)
}

function daysIn(year: number, month: number): number {
  return dateOf(dayTicks(year, month + 1, 1) - TICKS_PER_DAY).getUTCDate()
}

// The months of a Date count from 0; its years before 100 need setUTCFullYear.
function dayTicks(year: number, month: number, day: number): bigint {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return ticksOf(date)
}

/** Counts the boundaries between two moments: from 23:59 to 0:00 it is a day further. */
export function dateDifference(part: string, from: bigint, to: bigint): bigint {
  return boundaries(part, to) - boundaries(part, from)
}

function boundaries(part: string, ticks: bigint): bigint {
  if (part === 'nanosecond') return ticks * NANOSECONDS_PER_TICK
  // Weeks begin with Sunday.
  if (part === 'week') return (ticks / TICKS_PER_DAY + 1n) / 7n
  const date = dateOf(ticks)
  const month = BigInt(date.getUTCFullYear()) * 12n + BigInt(date.getUTCMonth())
  return months[part] ? month / months[part] : ticks / (lengths[part] ?? 1n)
}

const LARGEST_INT = 2n ** 31n - 1n

/** @throws SqlError 535 when the difference is no int */
export function smallDifference(part: string, from: bigint, to: bigint): bigint {
  const difference = dateDifference(part, from, to)
  if (difference <= LARGEST_INT && difference >= -LARGEST_INT - 1n) return difference
  throw new SqlError(
    535,
    'The datediff function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use datediff with a less precise datepart.',
  )
}

/** One field of a moment, as a number. */
export function datePart(part: string, ticks: bigint): bigint {
  const date = dateOf(ticks)
  const fraction = ticks % TICKS_PER_SECOND
  const days = ticks / TICKS_PER_DAY
  const newYear = dayTicks(date.getUTCFullYear(), 0, 1) / TICKS_PER_DAY
  switch (part) {
    case 'year':
      return BigInt(date.getUTCFullYear())
    case 'quarter':
      return BigInt(Math.floor(date.getUTCMonth() / 3) + 1)
    case 'month':
      return BigInt(date.getUTCMonth() + 1)
    case 'day':
      return BigInt(date.getUTCDate())
    case 'dayofyear':
      return days - newYear + 1n
    case 'week':
      return boundaries('week', ticks) - boundaries('week', newYear * TICKS_PER_DAY) + 1n
    case 'iso_week':
      return isoWeek(days)
    case 'weekday':
      return ((days + 1n) % 7n) + 1n
    case 'hour':
      return BigInt(date.getUTCHours())
    case 'minute':
      return BigInt(date.getUTCMinutes())
    case 'second':
      return BigInt(date.getUTCSeconds())
    case 'millisecond':
      return fraction / 10_000n
    case 'microsecond':
      return fraction / 10n
    case 'nanosecond':
      return fraction * NANOSECONDS_PER_TICK
    default:
      return 0n
  }
}

// A week belongs to the year of its Thursday.
function isoWeek(days: bigint): bigint {
  const thursday = days - (days % 7n) + 3n
  const newYear = dayTicks(dateOf(thursday * TICKS_PER_DAY).getUTCFullYear(), 0, 1) / TICKS_PER_DAY
  return (thursday - newYear) / 7n + 1n
}

/** One field of a moment, as text: months and days of the week have names. */
export function dateName(part: string, ticks: bigint): string {
  const style = { month: { month: 'long' }, weekday: { weekday: 'long' } } as const
  if (part !== 'month' && part !== 'weekday') return String(datePart(part, ticks))
  return dateOf(ticks).toLocaleDateString('en-US', { ...style[part], timeZone: 'UTC' })
}

/** The last day of the month that lies so many months later. */
export function endOfMonth(ticks: bigint, count: bigint): bigint {
  const date = dateOf(dateAdd('month', count, ticks - (ticks % TICKS_PER_DAY), dateType))
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return dayTicks(year, month, daysIn(year, month))
}

const dateType: SqlType = { name: 'date', length: 0, precision: 0, scale: 0 }

/** @throws SqlError 289 for parts that make no date; the fraction is in ticks */
export function momentFromParts(type: SqlType, ...parts: bigint[]): bigint {
  const [year = 0n, month = 0n, day = 0n, hour = 0n, minute = 0n, second = 0n, fraction = 0n] = parts
  const isDate =
    year >= 1n &&
    year <= 9999n &&
    month >= 1n &&
    month <= 12n &&
    day >= 1n &&
    day <= BigInt(daysIn(Number(year), Number(month) - 1))
  if (!isDate) throw invalidParts(type)
  const time = timeFromParts(type, hour, minute, second, fraction)
  const moment = roundedMoment(dayTicks(Number(year), Number(month) - 1, Number(day)) + time, type)
  if (!isInMomentRange(moment, type)) throw invalidParts(type)
  return moment
}

/** @throws SqlError 289 for parts that make no time; the fraction is in ticks */
export function timeFromParts(
  type: SqlType,
  hour: bigint,
  minute: bigint,
  second: bigint,
  fraction: bigint,
): bigint {
  const isTime =
    isBelow(hour, 24n) && isBelow(minute, 60n) && isBelow(second, 60n) && isBelow(fraction, TICKS_PER_SECOND)
  if (!isTime) throw invalidParts(type)
  return ((hour * 60n + minute) * 60n + second) * TICKS_PER_SECOND + fraction
}

function invalidParts(type: SqlType): SqlError {
  return new SqlError(
    289,
    `Cannot construct data type ${type.name}, some of the arguments have values which are not valid.`,
  )
}

function isBelow(value: bigint, limit: bigint): boolean {
  return value >= 0n && value < limit
}

/** The first moment of the year, month, … that a moment lies in. */
export function dateTruncated(part: string, ticks: bigint): bigint {
  const unit = lengths[part]
  if (part === 'week')
    return ticks - (ticks % TICKS_PER_DAY) - ((ticks / TICKS_PER_DAY + 1n) % 7n) * TICKS_PER_DAY
  if (unit) return ticks - (ticks % unit)
  const date = dateOf(ticks)
  const count = Number(months[part] ?? 1n)
  return dayTicks(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / count) * count, 1)
}
