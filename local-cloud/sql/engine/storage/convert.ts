// Conversions between types, as CAST does them and as SQL Server does them unasked.
import { onCodePage } from '../../model/code-page.ts'
import { digitsOf, storedDecimal } from '../../model/decimals.ts'
import { overflow, SqlError } from '../../model/errors.ts'
import { guidBytes, guidFrom } from '../../model/guids.ts'
import { checkedFloat, isInRange } from '../../model/ranges.ts'
import { momentFrom, momentToText, roundedMoment } from '../../model/temporal.ts'
import { familyOf, MAX, nameOf, nvarchar, type SqlType, type Value } from '../../model/types.ts'
import { decimalDigits, decimalToText, plainNotation, rescaled } from './decimals.ts'

/**
 * Converts a value. A text that is too long is cut, as CAST cuts it.
 *
 * @throws SqlError 245, 8114, 8115, … when the value has no equivalent in the other type
 */
export function convert(stored: Value, from: SqlType, to: SqlType): Value {
  if (stored === null) return null
  const value = from.name === 'decimal' ? digitsOf(stored) : stored
  switch (familyOf(to)) {
    case 'integer':
      return toInteger(value, from, to)
    case 'decimal':
      return toDecimal(value, from, to)
    case 'float':
      return toFloat(value, from, to)
    case 'text':
      return toText(value, from, to)
    case 'moment':
      return toMoment(value, from, to)
    case 'guid':
      return toGuid(value, from, to)
    case 'binary':
      return toBinary(value, from, to)
  }
}

function toInteger(value: Value, from: SqlType, to: SqlType): bigint {
  const whole = wholeNumber(value, from, to)
  if (to.name === 'bit') return whole === 0n ? 0n : 1n
  if (isInRange(whole, to)) return whole
  if (typeof value === 'string') {
    throw new SqlError(
      248,
      `The conversion of the ${from.name} value '${value}' overflowed an ${to.name} column.`,
    )
  }
  throw overflow(to.name)
}

function wholeNumber(value: Value, from: SqlType, to: SqlType): bigint {
  if (typeof value === 'bigint') {
    if (familyOf(from) === 'moment') throw clash(from, to)
    return value / 10n ** BigInt(from.scale)
  }
  if (typeof value === 'number') return BigInt(Math.trunc(value))
  if (typeof value !== 'string' || from.name === 'uniqueidentifier') throw clash(from, to)
  const text = value.trim()
  if (to.name === 'bit' && /^(true|false)$/i.test(text)) return /^t/i.test(text) ? 1n : 0n
  if (text === '') return 0n
  if (!/^[+-]?\d+$/.test(text)) {
    throw new SqlError(
      245,
      `Conversion failed when converting the ${from.name} value '${value}' to data type ${to.name}.`,
    )
  }
  return BigInt(text.replace('+', ''))
}

function toDecimal(value: Value, from: SqlType, to: SqlType): Value {
  const [digits, scale] = digitsAndScale(value, from, to)
  const scaled = rescaled(digits, scale, to.scale)
  const limit = 10n ** BigInt(to.precision)
  if (scaled >= limit || scaled <= -limit) {
    throw new SqlError(
      8115,
      `Arithmetic overflow error converting ${errorName(from)} to data type numeric.`,
      {
        state: 8,
      },
    )
  }
  return storedDecimal(scaled, to)
}

function digitsAndScale(value: Value, from: SqlType, to: SqlType): [digits: bigint, scale: number] {
  if (typeof value === 'bigint' && familyOf(from) !== 'moment') return [value, from.scale]
  if (typeof value === 'number') return decimalDigits(plainNotation(value))
  if (typeof value !== 'string' || from.name === 'uniqueidentifier') throw clash(from, to)
  const text = value.trim()
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
    throw new SqlError(8114, `Error converting data type ${from.name} to numeric.`, { state: 5 })
  }
  return decimalDigits(text)
}

function toFloat(value: Value, from: SqlType, to: SqlType): number {
  const number = floatOf(value, from, to)
  return checkedFloat(number, to)
}

function floatOf(value: Value, from: SqlType, to: SqlType): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' && familyOf(from) !== 'moment')
    return Number(decimalToText(value, from.scale))
  if (typeof value !== 'string' || from.name === 'uniqueidentifier') throw clash(from, to)
  const number = Number(value)
  if (Number.isNaN(number)) throw new SqlError(8114, `Error converting data type ${from.name} to ${to.name}.`)
  return number
}

function toText(value: Value, from: SqlType, to: SqlType): string {
  const text = textOf(value, from, to)
  if (text.length > to.length && typeof value !== 'string') throw overflow(to.name)
  const cut = text.slice(0, to.length)
  return to.name === 'varchar' ? onCodePage(cut) : cut
}

function textOf(value: Value, from: SqlType, to: SqlType): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return floatToText(value)
  if (typeof value !== 'bigint') throw clash(from, to)
  if (familyOf(from) === 'moment') return momentToText(value, from)
  return decimalToText(value, from.scale)
}

// CAST shows six digits of a float, and three of an exponent.
function floatToText(value: number): string {
  const short = Number(value.toPrecision(6))
  const size = Math.abs(short)
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    return short
      .toExponential()
      .replace(/e([+-])(\d+)$/, (_, sign, digits) => `e${sign}${digits.padStart(3, '0')}`)
  }
  return String(short)
}

function toMoment(value: Value, from: SqlType, to: SqlType): bigint {
  if (typeof value === 'string' && from.name !== 'uniqueidentifier') {
    return roundedMoment(momentFrom(value), to)
  }
  if (typeof value === 'bigint' && familyOf(from) === 'moment') return roundedMoment(value, to)
  throw clash(from, to)
}

function toGuid(value: Value, from: SqlType, to: SqlType): string {
  if (value instanceof Uint8Array && value.length === 16) return guidFrom(value)
  if (typeof value !== 'string') throw clash(from, to)
  const match = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(value.trim())
  if (!match?.[1]) {
    throw new SqlError(8169, 'Conversion failed when converting from a character string to uniqueidentifier.')
  }
  return match[1].toUpperCase()
}

function toBinary(value: Value, from: SqlType, to: SqlType): Uint8Array {
  if (value instanceof Uint8Array) return value.subarray(0, to.length)
  if (typeof value === 'string' && from.name === 'uniqueidentifier') return guidBytes(value)
  throw clash(from, to)
}

/** Writes a value as the message of an error shows it. */
export function shownValue(value: Value, type: SqlType): string {
  return value === null ? '<NULL>' : String(convert(value, type, nvarchar(MAX)))
}

function clash(from: SqlType, to: SqlType): SqlError {
  return new SqlError(206, `Operand type clash: ${nameOf(from)} is incompatible with ${nameOf(to)}`, {
    state: 2,
  })
}

function errorName(type: SqlType): string {
  return type.name === 'decimal' ? 'numeric' : type.name
}
