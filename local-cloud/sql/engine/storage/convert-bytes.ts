// Conversions to bytes and to GUIDs. Each gives undefined for a type that it does not read.
// https://learn.microsoft.com/sql/t-sql/data-types/binary-and-varbinary-transact-sql
import { toCodePage } from '../../model/code-page.ts'
import { SqlError } from '../../model/errors.ts'
import { guidBytes, guidFrom } from '../../model/guids.ts'
import { familyOf, isText, type SqlType, type Value } from '../../model/types.ts'
import { integerSizes } from './convert-numbers.ts'

type Known = Exclude<Value, null>

const GUID_SIZE = 16

export function toGuid(value: Known, from: SqlType): string | undefined {
  if (value instanceof Uint8Array) return value.length === GUID_SIZE ? guidFrom(value) : undefined
  if (typeof value !== 'string') return undefined
  const match = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(isText(from) ? value.trim() : value)
  if (!match?.[1]) {
    throw new SqlError(
      8169,
      'Conversion failed when converting from a character string to uniqueidentifier.',
      {
        state: 2,
      },
    )
  }
  return match[1].toUpperCase()
}

/** Text is cut at its end, a number at its beginning. */
export function toBinary(value: Known, from: SqlType, to: SqlType): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value.subarray(0, to.length)
  if (isText(from)) return textBytes(String(value), from).subarray(0, to.length)
  if (typeof value === 'string') return to.length >= GUID_SIZE ? guidBytes(value) : undefined
  if (typeof value !== 'bigint' || familyOf(from) !== 'integer') return undefined
  const size = integerSizes[from.name] ?? 0
  const digits = BigInt.asUintN(8 * size, value).toString(16)
  const bytes = Buffer.from(digits.padStart(2 * size, '0'), 'hex')
  return bytes.subarray(Math.max(0, size - to.length))
}

function textBytes(text: string, from: SqlType): Buffer {
  return from.name === 'varchar' ? toCodePage(text) : Buffer.from(text, 'utf16le')
}
