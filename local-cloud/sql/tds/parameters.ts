// The typed values that come with a procedure call (MS-TDS 2.2.6.6).
import { fromCodePage } from '../model/code-page.ts'
import { storedDecimal } from '../model/decimals.ts'
import { NOT_IMITATED, SqlError } from '../model/errors.ts'
import { guidFrom } from '../model/guids.ts'
import { TICKS_PER_DAY, TICKS_PER_MINUTE } from '../model/temporal.ts'
import {
  bigint,
  bit,
  datetime,
  datetime2,
  datetimeoffset,
  decimal,
  float,
  int,
  MAX,
  nvarchar,
  type SqlType,
  smalldatetime,
  time,
  typeFrom,
  uniqueidentifier,
  type Value,
  varbinary,
  varchar,
} from '../model/types.ts'
import { storedZoned } from '../model/zoned.ts'
import { type Reader, wideFrom } from './bytes.ts'
import { DAYS_TO_1900, timeSize } from './values.ts'

export interface Parameter {
  name: string
  isOutput: boolean
  type: SqlType
  value: Value
}

const CHUNKED = 0xffff
const CHUNKED_NULL = 0xffffffffffffffffn
const BY_REFERENCE = 0x01

/** @throws SqlError for a type that this server does not know; RangeError for bytes that are no parameter */
export function parameterFrom(reader: Reader): Parameter {
  const name = reader.text(reader.uint8())
  const isOutput = (reader.uint8() & BY_REFERENCE) !== 0
  const { type, read } = typeFromWire(reader)
  return { name, isOutput, type, value: read() }
}

/** A type, and how the values of it are read that follow. */
export interface WireType {
  type: SqlType
  read: () => Value
}

/** @throws SqlError for a type that this server does not know */
export function typeFromWire(reader: Reader): WireType {
  const id = reader.uint8()
  switch (id) {
    case 0x1f:
      return { type: nvarchar(1), read: () => null }
    case 0x26:
      return sized(reader, integerType(reader.uint8()), integer)
    case 0x68:
      return sized(reader, bit, skipFirst(reader, bitFrom))
    case 0x6d:
      return sized(reader, reader.uint8() === 4 ? typeFrom('real') : float, floatFrom)
    case 0x6a:
    case 0x6c:
      reader.uint8()
      return decimalFromWire(reader)
    case 0x24:
      return sized(reader, uniqueidentifier, skipFirst(reader, guidFrom))
    case 0x28:
      return sized(reader, typeFrom('date'), (bytes) => wideFrom(bytes) * TICKS_PER_DAY)
    case 0x29:
      return timeFromWire(reader)
    case 0x2a:
      return datetime2FromWire(reader)
    case 0x2b:
      return zonedFromWire(reader)
    case 0x6f:
      return reader.uint8() === 4
        ? sized(reader, smalldatetime, smalldatetimeTicks)
        : sized(reader, datetime, datetimeTicks)
    case 0xa5:
    case 0xad:
      return text(reader, varbinary, 1, false, (bytes) => bytes)
    case 0xa7:
    case 0xaf:
      return text(reader, varchar, 1, true, fromCodePage)
    case 0xe7:
    case 0xef:
      return text(reader, nvarchar, 2, true, (bytes) => bytes.toString('utf16le'))
    default:
      throw new SqlError(
        NOT_IMITATED,
        `The local database does not imitate parameters of the type ${refused[id] ?? `0x${id.toString(16)}`}.`,
      )
  }
}

const refused: Record<number, string> = {
  34: 'image',
  35: 'text',
  98: 'sql_variant',
  99: 'ntext',
  110: 'money',
  240: 'of the CLR',
  241: 'xml',
  243: 'table',
}

// A type of fixed size: one byte with the size comes before the value, 0 for NULL.
function sized(reader: Reader, type: SqlType, read: (bytes: Buffer) => Value): WireType {
  return {
    type,
    read: () => {
      const size = reader.uint8()
      return size === 0 ? null : read(reader.bytes(size))
    },
  }
}

// These types say their greatest size, which is always the same.
function skipFirst(reader: Reader, read: (bytes: Buffer) => Value): (bytes: Buffer) => Value {
  reader.uint8()
  return read
}

function integerType(size: number): SqlType {
  const types: Record<number, SqlType> = {
    1: typeFrom('tinyint'),
    2: typeFrom('smallint'),
    4: int,
    8: bigint,
  }
  const type = types[size]
  if (!type) throw new RangeError(`There is no integer of ${size} bytes.`)
  return type
}

function integer(bytes: Buffer): bigint {
  const value = wideFrom(bytes)
  return bytes.length === 1 ? value : BigInt.asIntN(8 * bytes.length, value)
}

function bitFrom(bytes: Buffer): bigint {
  return BigInt(bytes[0] ?? 0)
}

function floatFrom(bytes: Buffer): number {
  return bytes.length === 4 ? bytes.readFloatLE() : bytes.readDoubleLE()
}

function decimalFromWire(reader: Reader): WireType {
  const type = decimal(reader.uint8(), reader.uint8())
  return sized(reader, type, (bytes) => {
    const digits = wideFrom(bytes.subarray(1))
    return storedDecimal(bytes[0] === 0 ? -digits : digits, type)
  })
}

function datetime2FromWire(reader: Reader): WireType {
  const scale = reader.uint8()
  return sized(reader, datetime2(scale), (bytes) => momentFrom(bytes, scale))
}

function zonedFromWire(reader: Reader): WireType {
  const scale = reader.uint8()
  return sized(reader, datetimeoffset(scale), (bytes) => {
    const utc = momentFrom(bytes.subarray(0, -2), scale)
    const stored = storedZoned({ utc, offset: bytes.readInt16LE(bytes.length - 2) })
    if (stored === undefined) throw new RangeError('The moment is out of range.')
    return stored
  })
}

function timeFromWire(reader: Reader): WireType {
  const scale = reader.uint8()
  return sized(reader, time(scale), (bytes) => timeFrom(bytes, scale))
}

function momentFrom(bytes: Buffer, scale: number): bigint {
  return wideFrom(bytes.subarray(timeSize(scale))) * TICKS_PER_DAY + timeFrom(bytes, scale)
}

function timeFrom(bytes: Buffer, scale: number): bigint {
  return wideFrom(bytes.subarray(0, timeSize(scale))) * 10n ** BigInt(7 - scale)
}

function smalldatetimeTicks(bytes: Buffer): bigint {
  const days = BigInt(bytes.readUInt16LE(0)) + DAYS_TO_1900
  return days * TICKS_PER_DAY + BigInt(bytes.readUInt16LE(2)) * TICKS_PER_MINUTE
}

function datetimeTicks(bytes: Buffer): bigint {
  const days = BigInt(bytes.readInt32LE(0)) + DAYS_TO_1900
  const threeHundredths = BigInt(bytes.readUInt32LE(4))
  return days * TICKS_PER_DAY + (threeHundredths * 10_000_000n + 150n) / 300n
}

function text(
  reader: Reader,
  type: (length: number) => SqlType,
  bytesPerCharacter: number,
  hasCollation: boolean,
  decode: (bytes: Buffer) => Value,
): WireType {
  const size = reader.uint16()
  if (hasCollation) reader.bytes(5)
  if (size === CHUNKED) {
    return {
      type: type(MAX),
      read: () => {
        const bytes = chunks(reader)
        return bytes && decode(bytes)
      },
    }
  }
  return {
    type: type(Math.max(1, size / bytesPerCharacter)),
    read: () => {
      const length = reader.uint16()
      return length === CHUNKED ? null : decode(reader.bytes(length))
    },
  }
}

// Text without a limit comes in chunks, the last of which is empty (PLP, MS-TDS 2.2.5.2.3).
function chunks(reader: Reader): Buffer | null {
  if (reader.uint64() === CHUNKED_NULL) return null
  const parts: Buffer[] = []
  for (let size = reader.uint32(); size > 0; size = reader.uint32()) parts.push(reader.bytes(size))
  return Buffer.concat(parts)
}
