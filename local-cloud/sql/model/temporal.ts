// Moments, counted in ticks of 100 ns since the first day of the year 1: the finest that datetime2(7) can tell.
import type { SqlType } from './types.ts'

const TICKS_PER_MILLISECOND = 10_000n
const TICKS_PER_SECOND = 10_000_000n
export const TICKS_PER_MINUTE = 60n * TICKS_PER_SECOND
export const TICKS_PER_DAY = 86_400n * TICKS_PER_SECOND
/** From the first of January of the year 1 to that of 1970. */
const DAYS_TO_UNIX_EPOCH = 719_162n

/** From the first of January of the year 1 to that of 1900, to which a time without a date belongs. */
export const TICKS_TO_1900 = 693_595n * TICKS_PER_DAY

/** To 1753, where datetime begins. */
const TICKS_TO_1753 = 639_905n * TICKS_PER_DAY

/** The ticks of the last moment are one less: that is the end of the year 9999. */
export const END_OF_TIME = 3_652_059n * TICKS_PER_DAY

export function ticksOf(date: Date): bigint {
  return BigInt(date.getTime()) * TICKS_PER_MILLISECOND + DAYS_TO_UNIX_EPOCH * TICKS_PER_DAY
}

export function dateOf(ticks: bigint): Date {
  return new Date(Number((ticks - DAYS_TO_UNIX_EPOCH * TICKS_PER_DAY) / TICKS_PER_MILLISECOND))
}

/** The first moment of a type, and the end of its last one. */
export function momentRange(type: SqlType): [first: bigint, end: bigint] {
  if (type.name === 'datetime') return [TICKS_TO_1753, END_OF_TIME]
  if (type.name === 'smalldatetime') return [TICKS_TO_1900, TICKS_TO_1900 + 65_536n * TICKS_PER_DAY]
  return [0n, END_OF_TIME]
}

export function isInMomentRange(ticks: bigint, type: SqlType): boolean {
  const [first, end] = momentRange(type)
  return ticks >= first && ticks < end
}

/** Rounds a moment to what its type can hold. */
export function roundedMoment(ticks: bigint, type: SqlType): bigint {
  switch (type.name) {
    case 'date':
      return ticks - (ticks % TICKS_PER_DAY)
    case 'datetime':
      return threeHundredths(ticks)
    case 'smalldatetime':
      // 29.999 seconds are 30 seconds as a datetime, and these a minute.
      return roundedTo(TICKS_PER_MINUTE, threeHundredths(ticks))
    default:
      return roundedTo(10n ** BigInt(7 - type.scale), ticks)
  }
}

function roundedTo(unit: bigint, ticks: bigint): bigint {
  return ((ticks + unit / 2n) / unit) * unit
}

// What a datetime counts in, of a second.
function threeHundredths(ticks: bigint): bigint {
  const count = (ticks * 300n + TICKS_PER_SECOND / 2n) / TICKS_PER_SECOND
  return (count * TICKS_PER_SECOND + 150n) / 300n
}

/** Whether a type is one of the two that are older than the others, and are written and read otherwise. */
export function isClassic({ name }: SqlType): boolean {
  return name === 'datetime' || name === 'smalldatetime'
}

/** The digits of the fraction of a second that the type shows. */
export function fractionOf(ticks: bigint, type: SqlType): string {
  const fraction = ticks % TICKS_PER_SECOND
  // A datetime counts in three hundredths of a second, and shows .003, .007 and .010.
  if (isClassic(type)) return String((fraction + 5_000n) / 10_000n).padStart(3, '0')
  return String(fraction).padStart(7, '0').slice(0, type.scale)
}

/** Writes a moment or a time as a CAST to text does. */
export function momentToText(ticks: bigint, type: SqlType): string {
  const date = dateOf(ticks)
  const iso = date.toISOString()
  const day = iso.slice(0, 10)
  if (type.name === 'date') return day
  if (isClassic(type)) {
    const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' })
    const clock = `${((date.getUTCHours() + 11) % 12) + 1}:${iso.slice(14, 16)}`
    const half = date.getUTCHours() < 12 ? 'AM' : 'PM'
    return `${month} ${String(date.getUTCDate()).padStart(2)} ${date.getUTCFullYear()} ${clock.padStart(5)}${half}`
  }
  const fraction = fractionOf(ticks, type)
  const time = `${iso.slice(11, 19)}${fraction && `.${fraction}`}`
  return type.name === 'time' ? time : `${day} ${time}`
}
