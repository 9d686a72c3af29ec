// Conversions to moments, and from moments to numbers.
import { overflow } from '../../model/errors.ts'
import { momentFrom, outOfRange } from '../../model/moment-text.ts'
import {
  isClassic,
  isInMomentRange,
  roundedMoment,
  TICKS_PER_DAY,
  TICKS_TO_1900,
} from '../../model/temporal.ts'
import { datetime2, familyOf, type SqlType, type Value } from '../../model/types.ts'
import { localTimeFor } from './convert-zoned.ts'
import { decimalDigits, plainNotation } from './decimals.ts'

/** Converts to a moment; undefined for a value that cannot be one. */
export function toMoment(value: Exclude<Value, null>, from: SqlType, to: SqlType): bigint | undefined {
  if (familyOf(from) === 'text') return inRange(momentFrom(String(value), to, from.name), from, to)
  if (familyOf(from) === 'zoned') return toMoment(localTimeFor(String(value), from, to), datetime2(7), to)
  if (typeof value === 'bigint' && familyOf(from) === 'moment')
    return inRange(exactly(value, from, to), from, to)
  if (typeof value === 'bigint' && familyOf(from) === 'time') {
    return inRange(exactly(value + TICKS_TO_1900, from, to), from, to)
  }
  if (to.name !== 'datetime' || (typeof value !== 'bigint' && typeof value !== 'number')) return undefined
  const moment = daysToTicks(value, from.scale)
  if (!isInMomentRange(moment, to)) throw overflow('datetime')
  return roundedMoment(moment, to)
}

// A datetime or smalldatetime takes three digits of the fraction of another type, and cuts off the rest.
function exactly(ticks: bigint, from: SqlType, to: SqlType): bigint {
  return isClassic(to) && from.name !== 'datetime' ? ticks - (ticks % 10_000n) : ticks
}

function inRange(ticks: bigint, from: SqlType, to: SqlType): bigint {
  const rounded = roundedMoment(ticks, to)
  if (!isInMomentRange(rounded, to)) throw outOfRange(from.name, to)
  return rounded
}

// A number stands for days since 1900.
function daysToTicks(value: bigint | number, scale: number): bigint {
  const [digits, places] = typeof value === 'bigint' ? [value, scale] : decimalDigits(plainNotation(value))
  return TICKS_TO_1900 + (digits * TICKS_PER_DAY) / 10n ** BigInt(places)
}

/** The days since 1900 for which a datetime stands, as digits with a scale. */
export function daysSince1900(ticks: bigint, scale: number): bigint {
  const sinceThen = ticks - TICKS_TO_1900
  const scaled = sinceThen * 10n ** BigInt(scale)
  const half = scaled < 0n ? -TICKS_PER_DAY / 2n : TICKS_PER_DAY / 2n
  return (scaled + half) / TICKS_PER_DAY
}

/** Adds two moments of the type datetime, or subtracts one: each counts from 1900. */
export function calculateDatetime(operator: string, a: bigint, b: bigint, type: SqlType): bigint {
  const base = TICKS_TO_1900
  const moment = operator === '+' ? a + b - base : a - b + base
  if (!isInMomentRange(moment, type)) throw overflow('datetime')
  return roundedMoment(moment, type)
}
