// Conversions to text.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#truncating-and-rounding-results
import { fromCodePage, onCodePage } from '../../model/code-page.ts'
import { overflow, SqlError } from '../../model/errors.ts'
import { momentToText } from '../../model/temporal.ts'
import { familyOf, type SqlType, type Value } from '../../model/types.ts'
import { zonedToText } from './convert-zoned.ts'
import { decimalToText } from './decimals.ts'

type Known = Exclude<Value, null>

/** What stands for a whole number that does not fit. */
const TOO_SHORT = '*'

export function toText(value: Known, from: SqlType, to: SqlType): string {
  const text = textOf(value, from, to)
  if (text.length > to.length && !isCut(from)) return tooShort(value, from, to)
  const cut = text.slice(0, to.length)
  return to.name === 'varchar' ? onCodePage(cut) : cut
}

function isCut(from: SqlType): boolean {
  return ['text', 'binary', 'moment', 'time', 'zoned'].includes(familyOf(from))
}

function tooShort(value: Known, from: SqlType, to: SqlType): string {
  if (['tinyint', 'smallint', 'int'].includes(from.name) && to.name === 'varchar') return TOO_SHORT
  if (from.name === 'uniqueidentifier') {
    throw new SqlError(8170, 'Insufficient result space to convert uniqueidentifier value to char.', {
      state: 2,
    })
  }
  if (typeof value === 'number') {
    throw new SqlError(232, `Arithmetic overflow error for type ${to.name}, value = ${value.toFixed(6)}.`, {
      state: 2,
    })
  }
  if (from.name !== 'decimal') throw overflow(to.name)
  throw new SqlError(8115, `Arithmetic overflow error converting numeric to data type ${to.name}.`, {
    state: 5,
  })
}

function textOf(value: Known, from: SqlType, to: SqlType): string {
  if (familyOf(from) === 'zoned') return zonedToText(String(value), from)
  if (typeof value === 'string') return value
  if (typeof value === 'number') return floatToText(value)
  if (value instanceof Uint8Array) return decoded(value, to)
  return ['moment', 'time'].includes(familyOf(from))
    ? momentToText(value, from)
    : decimalToText(value, from.scale)
}

// The bytes of varchar are letters of the code page, those of nvarchar halves of characters.
function decoded(bytes: Uint8Array, to: SqlType): string {
  if (to.name === 'varchar') return fromCodePage(bytes)
  return Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]).toString('utf16le')
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
