// Conversions to numbers. Each gives undefined for a type that it does not read.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#truncating-and-rounding-results
import { storedDecimal } from '../../model/decimals.ts'
import { overflow, SqlError } from '../../model/errors.ts'
import { checkedFloat, isInRange } from '../../model/ranges.ts'
import { familyOf, isText, type SqlType, type Value } from '../../model/types.ts'
import { daysSince1900 } from './convert-moments.ts'
import { decimalDigits, decimalToText, plainNotation, rescaled } from './decimals.ts'

type Known = Exclude<Value, null>

export const integerSizes: Record<string, number> = { bit: 1, tinyint: 1, smallint: 2, int: 4, bigint: 8 }

export function toInteger(value: Known, from: SqlType, to: SqlType): bigint | undefined {
  const whole = wholeNumber(value, from, to)
  if (whole === undefined) return undefined
  if (to.name === 'bit') return whole === 0n ? 0n : 1n
  if (!isInRange(whole, to)) throw tooLarge(value, from, to)
  return whole
}

function wholeNumber(value: Known, from: SqlType, to: SqlType): bigint | undefined {
  if (typeof value === 'number') return BigInt(Math.trunc(value))
  if (typeof value === 'bigint') {
    return familyOf(from) === 'moment' ? daysSince1900(value, 0) : value / 10n ** BigInt(from.scale)
  }
  if (isText(from)) return wholeNumberIn(String(value), from, to)
  return value instanceof Uint8Array && to.name !== 'bit' ? lastBytes(value, to) : undefined
}

function wholeNumberIn(value: string, from: SqlType, to: SqlType): bigint {
  const text = value.trim()
  if (to.name === 'bit' && /^(true|false)$/i.test(text)) return /^t/i.test(text) ? 1n : 0n
  if (text === '') return 0n
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace('+', ''))
  if (to.name === 'bigint') throw new SqlError(8114, `Error converting data type ${from.name} to bigint.`)
  const words = `converting the ${from.name} value '${value}' to data type ${to.name}.`
  throw new SqlError(245, `Conversion failed when ${words}`)
}

// Bytes in front of those that the type has room for are cut off.
function lastBytes(bytes: Uint8Array, to: SqlType): bigint {
  const size = integerSizes[to.name] ?? 0
  const digits = Buffer.concat([Buffer.alloc(size), bytes])
    .subarray(-size)
    .toString('hex')
  return to.name === 'tinyint' ? BigInt(`0x${digits}`) : BigInt.asIntN(8 * size, BigInt(`0x${digits}`))
}

function tooLarge(value: Known, from: SqlType, to: SqlType): SqlError {
  if (to.name === 'bigint') return overflow('bigint')
  if (typeof value === 'string') return textTooLarge(value, from, to)
  if (typeof value === 'number') {
    return new SqlError(232, `Arithmetic overflow error for type ${to.name}, value = ${value.toFixed(6)}.`)
  }
  if (familyOf(from) === 'integer' && from.name !== 'bigint' && to.name !== 'int') {
    return new SqlError(220, `Arithmetic overflow error for data type ${to.name}, value = ${value}.`)
  }
  return overflow(to.name)
}

function textTooLarge(value: string, from: SqlType, to: SqlType): SqlError {
  const words = `The conversion of the ${from.name} value '${value}' overflowed an`
  if (to.name === 'int') return new SqlError(248, `${words} int column.`)
  return new SqlError(244, `${words} INT${integerSizes[to.name]} column. Use a larger integer column.`)
}

export function toDecimal(value: Known, from: SqlType, to: SqlType): Value | undefined {
  const found = digitsAndScale(value, from, to)
  if (!found) return undefined
  const scaled = rescaled(...found, to.scale)
  const limit = 10n ** BigInt(to.precision)
  if (scaled >= limit || scaled <= -limit) {
    const source = from.name === 'decimal' ? 'numeric' : from.name
    const words = `converting ${source} to data type numeric.`
    throw new SqlError(8115, `Arithmetic overflow error ${words}`, { state: 8 })
  }
  return storedDecimal(scaled, to)
}

function digitsAndScale(
  value: Known,
  from: SqlType,
  to: SqlType,
): [digits: bigint, scale: number] | undefined {
  if (typeof value === 'number') return decimalDigits(plainNotation(value))
  if (typeof value === 'bigint') {
    return familyOf(from) === 'moment' ? [daysSince1900(value, to.scale), to.scale] : [value, from.scale]
  }
  if (!isText(from)) return undefined
  const text = String(value).trim()
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
    throw new SqlError(8114, `Error converting data type ${from.name} to numeric.`, { state: 5 })
  }
  return decimalDigits(text)
}

export function toFloat(value: Known, from: SqlType, to: SqlType): number | undefined {
  const number = floatOf(value, from, to)
  return number === undefined ? undefined : checkedFloat(number, to)
}

/** A datetime is a number of days, given to as many places as a float can hold. */
const PLACES_OF_DAYS = 12

function floatOf(value: Known, from: SqlType, to: SqlType): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' && familyOf(from) === 'moment') {
    return Number(decimalToText(daysSince1900(value, PLACES_OF_DAYS), PLACES_OF_DAYS))
  }
  if (typeof value === 'bigint') return Number(decimalToText(value, from.scale))
  if (!isText(from)) return undefined
  if (/^\s*([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)?\s*$/i.test(String(value))) return Number(value)
  throw new SqlError(8114, `Error converting data type ${from.name} to ${to.name}.`, { state: 5 })
}
