// Moments with an offset to UTC: datetimeoffset. One is kept as text that begins with its ticks in UTC, by which it is compared.
import { isInMomentRange } from './temporal.ts'
import { datetime2 } from './types.ts'

const TICKS_PER_MINUTE = 600_000_000n
/** How many digits the ticks have, with zeros in front. */
export const DIGITS_OF_TICKS = 19
export const GREATEST_OFFSET = 14 * 60

export interface Zoned {
  /** In ticks, see temporal.ts. */
  utc: bigint
  /** In minutes. */
  offset: number
}

/** @returns undefined when the moment lies outside of the years 1 to 9999, in UTC or at its place */
export function storedZoned(zoned: Zoned): string | undefined {
  const { utc, offset } = zoned
  if (![utc, localTicks(zoned)].every((ticks) => isInMomentRange(ticks, datetime2(7)))) return undefined
  return String(utc).padStart(DIGITS_OF_TICKS, '0') + offset
}

/** Reads what `storedZoned` made. */
export function zonedFrom(stored: string): Zoned {
  return { utc: BigInt(stored.slice(0, DIGITS_OF_TICKS)), offset: Number(stored.slice(DIGITS_OF_TICKS)) }
}

/** What clocks show where a moment was taken down. */
export function localTicks({ utc, offset }: Zoned): bigint {
  return utc + BigInt(offset) * TICKS_PER_MINUTE
}

export function zonedAt(local: bigint, offset: number): Zoned {
  return { utc: local - BigInt(offset) * TICKS_PER_MINUTE, offset }
}

/** Writes an offset as `+hh:mm`. */
export function offsetToText(offset: number): string {
  const size = Math.abs(offset)
  const parts = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0'))
  return (offset < 0 ? '-' : '+') + parts.join(':')
}

/** Reads an offset; undefined for what is none, or more than 14 hours. */
export function offsetFrom(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):([0-5]\d)$/.exec(text) ?? []
  const size = Number(hours) * 60 + Number(minutes)
  if (!sign || size > GREATEST_OFFSET) return undefined
  return sign === '-' && size > 0 ? -size : size
}
