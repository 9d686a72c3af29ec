// How SQLite keeps decimals.
import { overflow } from './errors.ts'
import { isWide, type SqlType, type Value } from './types.ts'

const MOST_DIGITS = 38
const LIMIT = 10n ** BigInt(MOST_DIGITS)

/**
 * Gives a decimal the form in which SQLite keeps it. A whole number of SQLite has 64 bits, so a type of more than 18 digits
 * is kept as text of a fixed length, made so that text sorts as the numbers do: a sign, and the digits (of a negative
 * number its distance from the least one).
 *
 * @throws SqlError 8115 when the number has more digits than its type
 */
export function storedDecimal(digits: bigint, type: SqlType): bigint | string {
  const limit = 10n ** BigInt(type.precision)
  if (digits >= limit || digits <= -limit) throw overflow('numeric')
  if (!isWide(type)) return digits
  const shown = digits < 0n ? digits + LIMIT : digits
  return (digits < 0n ? '0' : '1') + String(shown).padStart(MOST_DIGITS, '0')
}

/** Reads what `storedDecimal` made; the value of a type without a scale, such as int, is its own digits. */
export function digitsOf(value: Exclude<Value, null>): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value !== 'string') throw new TypeError(`${value} is no decimal.`)
  const digits = BigInt(value.slice(1))
  return value.startsWith('0') ? digits - LIMIT : digits
}
