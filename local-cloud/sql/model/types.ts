// The data types of T-SQL that this database knows, and how their values are kept in SQLite.
import { SqlError } from './errors.ts'

type TypeName = keyof typeof families

/** A data type. What a type does not have (the scale of an int) is 0; the length of `nvarchar(max)` is Infinity. */
export interface SqlType {
  name: TypeName
  length: number
  precision: number
  scale: number
}

/**
 * A value as SQLite keeps it. Whole numbers and bits are bigint; so are a moment, a time (in ticks, see temporal.ts) and a decimal
 * (times 10 to its scale, which keeps it exact) of up to 18 digits. A decimal of more digits is text, see
 * engine/storage/decimals.ts; so is a datetimeoffset, see zoned.ts. A float is a number, text and GUIDs are strings.
 */
export type Value = null | bigint | number | string | Uint8Array

// In the order of precedence, the lowest first: where two types meet, the lower is converted to the higher.
// https://learn.microsoft.com/sql/t-sql/data-types/data-type-precedence-transact-sql
const families = {
  varbinary: 'binary',
  varchar: 'text',
  nvarchar: 'text',
  uniqueidentifier: 'guid',
  bit: 'integer',
  tinyint: 'integer',
  smallint: 'integer',
  int: 'integer',
  bigint: 'integer',
  decimal: 'decimal',
  real: 'float',
  float: 'float',
  time: 'time',
  date: 'moment',
  smalldatetime: 'moment',
  datetime: 'moment',
  datetime2: 'moment',
  datetimeoffset: 'zoned',
} as const

const precedence = Object.keys(families)

export const MAX = Number.POSITIVE_INFINITY
export const bit = plain('bit')
export const int = plain('int')
export const bigint = plain('bigint')
export const float = plain('float')
export const smalldatetime = plain('smalldatetime')
export const datetime = plain('datetime')
export const datetime2 = (scale: number): SqlType => ({ ...plain('datetime2'), scale })
export const time = (scale: number): SqlType => ({ ...plain('time'), scale })
export const datetimeoffset = (scale: number): SqlType => ({ ...plain('datetimeoffset'), scale })
export const uniqueidentifier = plain('uniqueidentifier')
export const varchar = (length: number): SqlType => ({
  ...plain('varchar'),
  length: length > 8000 ? MAX : length,
})
export const nvarchar = (length: number): SqlType => ({
  ...plain('nvarchar'),
  length: length > 4000 ? MAX : length,
})
export const varbinary = (length: number): SqlType => ({
  ...plain('varbinary'),
  length: length > 8000 ? MAX : length,
})
export const decimal = (precision: number, scale: number): SqlType => ({
  ...plain('decimal'),
  precision,
  scale,
})

function plain(name: TypeName): SqlType {
  return { name, length: 0, precision: 0, scale: 0 }
}

export function familyOf(type: SqlType): (typeof families)[TypeName] {
  return families[type.name]
}

export function isText(type: SqlType): boolean {
  return familyOf(type) === 'text'
}

/** Whether values of one type are kept like those of another, so that they need no converting to be compared. */
export function areStoredAlike(from: SqlType, to: SqlType): boolean {
  // Only a datetime2 can be any moment.
  if (familyOf(from) === 'moment' && from.name !== to.name && to.name !== 'datetime2') return false
  return familyOf(from) === familyOf(to) && from.scale === to.scale && isWide(from) === isWide(to)
}

/** The digits of a decimal for which 64 bits are enough. */
const NARROW_DIGITS = 18

/** Whether a decimal has too many digits for a whole number of SQLite. */
export function isWide(type: SqlType): boolean {
  return type.name === 'decimal' && type.precision > NARROW_DIGITS
}

/** Whether a type says how many digits of a second it keeps. */
function hasFraction({ name }: SqlType): boolean {
  return name === 'datetime2' || name === 'time' || name === 'datetimeoffset'
}

/** Writes a type as T-SQL does. */
export function nameOf(type: SqlType): string {
  if (type.name === 'decimal') return `decimal(${type.precision},${type.scale})`
  if (hasFraction(type)) return `${type.name}(${type.scale})`
  if (type.length > 0) return `${type.name}(${type.length === MAX ? 'max' : type.length})`
  return type.name
}

/** Reads what `nameOf` wrote. */
export function typeFrom(text: string): SqlType {
  const [, name = '', numbers] = /^(\w+)(?:\((.+)\))?$/.exec(text) ?? []
  const type = typeNamed(
    name,
    numbers?.split(',').map((part) => (part === 'max' ? MAX : Number(part))) ?? [],
    1,
  )
  if (!type) throw new TypeError(`${text} is no type`)
  return type
}

/** How many digits a whole number of this type may have before the point. */
export function asDecimal(type: SqlType): SqlType {
  const digits = { bit: 1, tinyint: 3, smallint: 5, int: 10, bigint: 19 }
  if (type.name in digits) return decimal(digits[type.name as keyof typeof digits], 0)
  return type.name === 'decimal' ? type : decimal(18, 0)
}

/** Finds the type that two expressions are converted to where they meet: in a comparison, a CASE, a UNION. */
export function commonType(a: SqlType, b: SqlType): SqlType {
  const [low, high] = precedence.indexOf(a.name) < precedence.indexOf(b.name) ? [a, b] : [b, a]
  if (high.name === 'decimal' && familyOf(low) !== 'text') {
    const [p, q] = [asDecimal(high), asDecimal(low)]
    const scale = Math.max(p.scale, q.scale)
    const whole = Math.max(p.precision - p.scale, q.precision - q.scale)
    return decimal(Math.min(38, whole + scale), scale)
  }
  if (isText(high) && isText(low)) {
    const length = Math.max(high.length, low.length)
    return high.name === 'nvarchar' ? nvarchar(length) : varchar(length)
  }
  const isFiner = high.name !== low.name && (familyOf(low) === 'time' || low.name === 'datetime2')
  if (isFiner && hasFraction(high)) return { ...high, scale: Math.max(a.scale, b.scale) }
  return high.name === low.name
    ? { ...high, length: Math.max(a.length, b.length), scale: Math.max(a.scale, b.scale) }
    : high
}

/**
 * Makes a type of its name and of the numbers in brackets.
 *
 * @param length what a text has whose length is not given: 30 in a CAST, 1 elsewhere
 * @returns undefined for a type that this database does not know
 * @throws SqlError for numbers that the type cannot have
 */
export function typeNamed(name: string, numbers: number[], length: number): SqlType | undefined {
  const [first, second = 0] = numbers
  switch (name) {
    case 'varchar':
    case 'varbinary':
      return { ...plain(name), length: checkedLength(name, first ?? length, 8000) }
    case 'nvarchar':
      return { ...plain(name), length: checkedLength(name, first ?? length, 4000) }
    case 'sysname':
      return nvarchar(128)
    case 'decimal':
    case 'numeric':
      return checkedDecimal(first ?? 18, second)
    case 'float':
      return first !== undefined && first <= 24 ? plain('real') : float
    case 'datetime2':
    case 'datetimeoffset':
    case 'time':
      return { ...plain(name), scale: checkedFraction(first ?? 7) }
    case 'integer':
      return int
    default:
      return numbers.length === 0 && name in families ? plain(name as TypeName) : undefined
  }
}

function checkedLength(name: string, length: number, limit: number): number {
  if (length !== MAX && length > limit) {
    throw new SqlError(
      131,
      `The size (${length}) given to the type '${name}' exceeds the maximum allowed for any data type (${limit}).`,
      { class: 15 },
    )
  }
  if (length < 1)
    throw new SqlError(1001, `Length or precision specification ${length} is invalid.`, { class: 15 })
  return length
}

function checkedFraction(scale: number): number {
  if (scale <= 7) return scale
  throw new SqlError(1002, `Specified scale ${scale} is invalid.`, { class: 15 })
}

function checkedDecimal(precision: number, scale: number): SqlType {
  if (precision < 1 || precision > 38) {
    throw new SqlError(1007, `The number '${precision}' is out of the range for numeric representation.`, {
      class: 15,
    })
  }
  if (scale > precision) {
    throw new SqlError(192, 'The scale must be less than or equal to the precision.', { class: 15 })
  }
  return decimal(precision, scale)
}
