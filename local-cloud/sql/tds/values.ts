// How types and values of a result are written (MS-TDS 2.2.5.4 and 2.2.5.5).
import { toCodePage } from '../model/code-page.ts'
import { digitsOf } from '../model/decimals.ts'
import { guidBytes } from '../model/guids.ts'
import { TICKS_PER_DAY, TICKS_PER_MINUTE } from '../model/temporal.ts'
import { MAX, type SqlType, type Value } from '../model/types.ts'
import { requireFit } from '../model/value-guard.ts'
import { zonedFrom } from '../model/zoned.ts'
import { uint8, uint16, uint32, utf16, wide } from './bytes.ts'

/** SQL_Latin1_General_CP1_CI_AS: locale 1033 with its flags, and sort order 52. */
export const COLLATION = uint8(0x09, 0x04, 0xd0, 0x00, 0x34)

const integerSizes: Record<string, number> = { bit: 1, tinyint: 1, smallint: 2, int: 4, bigint: 8 }
/** Stands for the length of what may be longer than a packet, and so travels in chunks. */
const CHUNKED = 0xffff
const NULL_LENGTH = 0xffff

export function typeInfo(type: SqlType): Buffer {
  switch (type.name) {
    case 'bit':
      return uint8(0x68, 1)
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return uint8(0x26, integerSizes[type.name] ?? 0)
    case 'real':
      return uint8(0x6d, 4)
    case 'float':
      return uint8(0x6d, 8)
    case 'decimal':
      return uint8(0x6a, decimalSize(type) + 1, type.precision, type.scale)
    case 'date':
      return uint8(0x28)
    case 'smalldatetime':
      return uint8(0x6f, 4)
    case 'datetime':
      return uint8(0x6f, 8)
    case 'time':
      return uint8(0x29, type.scale)
    case 'datetime2':
      return uint8(0x2a, type.scale)
    case 'datetimeoffset':
      return uint8(0x2b, type.scale)
    case 'uniqueidentifier':
      return uint8(0x24, 16)
    case 'varbinary':
      return Buffer.concat([uint8(0xa5), lengthInfo(type.length)])
    case 'varchar':
      return Buffer.concat([uint8(0xa7), lengthInfo(type.length), COLLATION])
    case 'nvarchar':
      return Buffer.concat([uint8(0xe7), lengthInfo(2 * type.length), COLLATION])
  }
}

function lengthInfo(bytes: number): Buffer {
  return uint16(bytes === MAX ? CHUNKED : bytes)
}

/** @throws SqlError for a value that its type cannot hold */
export function valueBytes(value: Value, type: SqlType): Buffer {
  const hasLength = type.length > 0
  if (value === null) return hasLength ? nullText(type) : uint8(0)
  requireFit(value, type)
  if (value instanceof Uint8Array) return sized(Buffer.from(value), type)
  if (hasLength)
    return sized(type.name === 'nvarchar' ? utf16(String(value)) : toCodePage(String(value)), type)
  const bytes = fixedBytes(value, type)
  return Buffer.concat([uint8(bytes.length), bytes])
}

function nullText(type: SqlType): Buffer {
  return type.length === MAX ? Buffer.alloc(8, 0xff) : uint16(NULL_LENGTH)
}

function sized(bytes: Buffer, type: SqlType): Buffer {
  if (type.length !== MAX) return Buffer.concat([uint16(bytes.length), bytes])
  const chunk = bytes.length > 0 ? [uint32(bytes.length), bytes] : []
  return Buffer.concat([wide(BigInt(bytes.length), 8), ...chunk, uint32(0)])
}

function fixedBytes(value: Exclude<Value, null | Uint8Array>, type: SqlType): Buffer {
  if (type.name === 'decimal') return decimalBytes(digitsOf(value), type)
  if (type.name === 'datetimeoffset') return zonedBytes(String(value), type.scale)
  if (typeof value === 'string') return guidBytes(value)
  if (typeof value === 'number') return floatBytes(value, type)
  switch (type.name) {
    case 'date':
      return wide(value / TICKS_PER_DAY, 3)
    case 'time':
      return timeBytes(value, type.scale)
    case 'datetime2':
      return datetime2Bytes(value, type.scale)
    case 'smalldatetime':
      return smalldatetimeBytes(value)
    case 'datetime':
      return datetimeBytes(value)
    default:
      return wide(value, integerSizes[type.name] ?? 0)
  }
}

function decimalBytes(digits: bigint, type: SqlType): Buffer {
  const size = decimalSize(type)
  return Buffer.concat([uint8(digits < 0n ? 0 : 1), wide(digits < 0n ? -digits : digits, size)])
}

function floatBytes(value: number, type: SqlType): Buffer {
  const buffer = Buffer.alloc(type.name === 'real' ? 4 : 8)
  if (type.name === 'real') buffer.writeFloatLE(value)
  else buffer.writeDoubleLE(value)
  return buffer
}

function decimalSize({ precision }: SqlType): number {
  if (precision <= 9) return 4
  if (precision <= 19) return 8
  return precision <= 28 ? 12 : 16
}

function datetime2Bytes(ticks: bigint, scale: number): Buffer {
  return Buffer.concat([timeBytes(ticks % TICKS_PER_DAY, scale), wide(ticks / TICKS_PER_DAY, 3)])
}

// The moment in UTC, and the offset in minutes.
function zonedBytes(stored: string, scale: number): Buffer {
  const { utc, offset } = zonedFrom(stored)
  return Buffer.concat([datetime2Bytes(utc, scale), wide(BigInt(offset), 2)])
}

function timeBytes(ticks: bigint, scale: number): Buffer {
  return wide(ticks / 10n ** BigInt(7 - scale), timeSize(scale))
}

/** How many bytes a time of this scale takes. */
export function timeSize(scale: number): number {
  if (scale <= 2) return 3
  return scale <= 4 ? 4 : 5
}

/** Days from the year 1 to 1900, where datetime begins to count. */
export const DAYS_TO_1900 = 693_595n

function datetimeBytes(ticks: bigint): Buffer {
  const threeHundredths = ((ticks % TICKS_PER_DAY) * 300n + 5_000_000n) / 10_000_000n
  return Buffer.concat([wide(ticks / TICKS_PER_DAY - DAYS_TO_1900, 4), wide(threeHundredths, 4)])
}

function smalldatetimeBytes(ticks: bigint): Buffer {
  const minutes = (ticks % TICKS_PER_DAY) / TICKS_PER_MINUTE
  return Buffer.concat([wide(ticks / TICKS_PER_DAY - DAYS_TO_1900, 2), wide(minutes, 2)])
}
