// The functions of numbers. None of them is called with NULL.
import { digitsOf, storedDecimal } from '../../model/decimals.ts'
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import { checkedFloat, checkedInteger } from '../../model/ranges.ts'
import { type SqlType, typeFrom, type Value } from '../../model/types.ts'
import { convert } from './convert.ts'

type Numeric = Exclude<Value, null>

const float = typeFrom('float')
const isDecimal = (type: SqlType) => type.name === 'decimal'

export function absolute(value: Numeric, type: SqlType): Value {
  if (typeof value === 'number') return Math.abs(value)
  const digits = digitsOf(value)
  const positive = digits < 0n ? -digits : digits
  return isDecimal(type) ? storedDecimal(positive, type) : checkedInteger(positive, type)
}

/** -1, 0 or 1, in the same type. */
export function signOf(value: Numeric, type: SqlType): Value {
  if (typeof value === 'number') return Math.sign(value)
  const digits = digitsOf(value)
  const sign = digits === 0n ? 0n : digits < 0n ? -1n : 1n
  return isDecimal(type) ? storedDecimal(sign * 10n ** BigInt(type.scale), type) : sign
}

/** The next whole number above or below, as digits without a scale. */
export function wholeNumber(direction: 'up' | 'down', value: Numeric, from: SqlType, to: SqlType): Value {
  if (typeof value === 'number') return direction === 'up' ? Math.ceil(value) : Math.floor(value)
  if (!isDecimal(from)) return value
  const [digits, unit] = [digitsOf(value), 10n ** BigInt(from.scale)]
  const remainder = ((digits % unit) + unit) % unit
  const floor = (digits - remainder) / unit
  return storedDecimal(direction === 'up' && remainder > 0n ? floor + 1n : floor, to)
}

/** ROUND to so many places, of which negative ones stand before the point; or cut off there. */
export function rounded(value: Numeric, places: bigint, cuts: bigint, type: SqlType): Value {
  if (typeof value === 'number') return roundedFloat(value, Number(places), cuts !== 0n)
  const lost = BigInt(type.scale) - places
  if (lost <= 0n) return value
  const digits = digitsOf(value)
  const result = lost > 38n ? 0n : roundedDigits(digits, 10n ** lost, cuts !== 0n)
  return isDecimal(type) ? storedDecimal(result, type) : checkedInteger(result, type)
}

function roundedDigits(digits: bigint, unit: bigint, cuts: boolean): bigint {
  const half = digits < 0n ? -unit / 2n : unit / 2n
  return ((cuts ? digits : digits + half) / unit) * unit
}

// A float is rounded as the fifteen digits that it is good for, so that 1.005 becomes 1.01.
function roundedFloat(value: number, places: number, cuts: boolean): number {
  const exponent = Math.floor(Math.log10(Math.abs(value)))
  if (value === 0 || places >= 15 - exponent) return value
  const scaled = Number(
    `${value.toPrecision(15)}e${places}`.replace(/e([+-]?\d+)e(-?\d+)$/, (_, a, b) => `e${+a + +b}`),
  )
  const whole = cuts ? Math.trunc(scaled) : Math.sign(scaled) * Math.round(Math.abs(scaled))
  return Number(`${whole}e${-places}`)
}

const MOST_EXACT = 2 ** 53

/** POWER, in the type of the base. */
export function power(base: Numeric, exponent: number, from: SqlType, to: SqlType): Value {
  const result = finite(Number(convert(base, from, float)) ** exponent)
  if (to.name === 'float') return result
  if (Math.abs(result) > MOST_EXACT) {
    throw new SqlError(NOT_IMITATED, `The local database does not imitate POWER of ${to.name} beyond 2^53.`)
  }
  return convert(result, float, to)
}

/** @throws SqlError 3623 for what is no number, such as the root of -1 */
export function finite(result: number): number {
  if (!Number.isNaN(result)) return checkedFloat(result, float)
  throw new SqlError(3623, 'An invalid floating point operation occurred.')
}

/** Functions of one float. */
export const floatFunctions: Record<string, (value: number) => number> = {
  SQRT: Math.sqrt,
  SQUARE: (value) => value * value,
  EXP: Math.exp,
  LOG: positive(Math.log),
  LOG10: positive(Math.log10),
  SIN: Math.sin,
  COS: Math.cos,
  TAN: Math.tan,
  ASIN: Math.asin,
  ACOS: Math.acos,
  ATAN: Math.atan,
}

function positive(work: (value: number) => number): (value: number) => number {
  return (value) => (value > 0 ? work(value) : Number.NaN)
}
