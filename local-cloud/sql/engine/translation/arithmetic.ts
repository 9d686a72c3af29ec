// + - * / and %, and the type of what they give.
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import {
  asDecimal,
  decimal,
  familyOf,
  isText,
  MAX,
  nameOf,
  type SqlType,
  varbinary,
} from '../../model/types.ts'
import type { Arithmetic } from '../../tsql/syntax.ts'
import { requireConversion } from '../storage/convertible.ts'
import { commonTypeOf, converted, type Typed } from './context.ts'

/** Translates `left operator right`; text can be added too. */
export function arithmetic(operator: Arithmetic, left: Typed, right: Typed): Typed {
  const type = commonTypeOf([left, right])
  if (isText(type) && operator === '+') return concatenation(left, right, type)
  if (operator === '+' && familyOf(left.type) === 'binary' && familyOf(right.type) === 'binary') {
    return joinedBytes(left, right)
  }
  switch (calculatesWith(operator, left, right, type)) {
    case 'decimal':
      return decimalArithmetic(operator, left, right)
    case 'integer':
      return calculation('calculate_integer', operator, left, right, type)
    case 'float':
      return calculation('calculate_float', operator, left, right, type)
    case 'moment':
      return calculation('calculate_datetime', operator, left, right, type)
    default:
      throw incompatible(operator, left, right)
  }
}

// The kind of arithmetic, or nothing for types that cannot be calculated with.
function calculatesWith(operator: Arithmetic, left: Typed, right: Typed, type: SqlType) {
  const family = familyOf(type)
  if (family === 'moment' && !areDatetimes(operator, left, right)) return undefined
  if (family === 'time' || family === 'zoned')
    for (const { type: other } of [left, right]) requireConversion(other, type, 'implicit')
  if (family === 'float' && operator === '%') return undefined
  if (type.name === 'bit' && !left.isNull && !right.isNull) return undefined
  return family
}

// Only datetime can be calculated with, and that only by + and -; a number stands for days.
function areDatetimes(operator: Arithmetic, left: Typed, right: Typed): boolean {
  if ([left.type, right.type].some(({ name }) => name === 'smalldatetime')) {
    const words = 'The local database does not imitate arithmetic with smalldatetime: use DATEADD.'
    throw new SqlError(NOT_IMITATED, words)
  }
  const moments = [left.type, right.type].filter((type) => familyOf(type) === 'moment')
  const other = [left.type, right.type].find((type) => familyOf(type) !== 'moment')
  if (other && familyOf(other) === 'time') return false
  if (other && moments.some((type) => type.name !== 'datetime'))
    requireConversion(other, moments[0] ?? other, 'implicit')
  return '+-'.includes(operator) && moments.every((type) => type.name === 'datetime')
}

/** Translates `-operand`. */
export function negative(operand: Typed): Typed {
  // https://learn.microsoft.com/sql/t-sql/language-elements/unary-operators-negative
  const type = operand.type.name === 'tinyint' ? { ...operand.type, name: 'smallint' as const } : operand.type
  if (!['integer', 'decimal', 'float'].includes(familyOf(type)) || type.name === 'bit') {
    throw new SqlError(8117, `Operand data type ${type.name} is invalid for minus operator.`)
  }
  return { ...operand, sql: `negate(${operand.sql}, '${nameOf(type)}')`, type }
}

const operatorNames = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' }

function incompatible(operator: Arithmetic, left: Typed, right: Typed): SqlError {
  const [a, b] = [left.type.name, right.type.name]
  const name = operatorNames[operator]
  if (a === b && familyOf(left.type) !== 'integer' && familyOf(left.type) !== 'float') {
    return new SqlError(8117, `Operand data type ${a} is invalid for ${name} operator.`)
  }
  return new SqlError(402, `The data types ${a} and ${b} are incompatible in the ${name} operator.`)
}

function concatenation(left: Typed, right: Typed, type: SqlType): Typed {
  return joined([left, right], type)
}

/** Joins texts. What goes beyond 8,000 bytes is cut off, unless one of the texts may be longer by itself. */
export function joined(texts: Typed[], type: SqlType): Typed {
  const limit = type.name === 'nvarchar' ? 4000 : 8000
  const length = texts.reduce((sum, text) => sum + text.type.length, 0)
  const sql = `(${texts.map((text) => text.sql).join(' || ')})`
  if (length <= limit || texts.some((text) => text.type.length === MAX)) {
    return { sql, type: { ...type, length: length > limit ? MAX : length } }
  }
  return { sql: `text_slice(${sql}, 0, ${limit})`, type: { ...type, length: limit } }
}

// Bytes are joined like text, and beyond 8,000 cut off like text.
function joinedBytes(left: Typed, right: Typed): Typed {
  const isLong = [left, right].some(({ type }) => type.length === MAX)
  const length = Math.min(left.type.length + right.type.length, isLong ? MAX : 8000)
  const joined = `join_bytes(${left.sql}, ${right.sql})`
  return { sql: isLong ? joined : `substr(${joined}, 1, ${length})`, type: varbinary(length) }
}

function calculation(work: string, operator: Arithmetic, left: Typed, right: Typed, type: SqlType): Typed {
  const operands = [left, right].map((operand) => converted(operand, type).sql)
  return { sql: `${work}('${operator}', ${operands.join(', ')}, '${nameOf(type)}')`, type }
}

function decimalArithmetic(operator: Arithmetic, left: Typed, right: Typed): Typed {
  const [a, b] = [operand(left, right), operand(right, left)]
  const type = decimalResult(operator, a.type, b.type)
  const values = `${a.sql}, ${a.type.scale}, ${b.sql}, ${b.type.scale}`
  return { sql: `calculate_decimal('${operator}', ${values}, '${nameOf(type)}')`, type }
}

// Text is converted to the type of the other operand; a whole number counts with the digits that it may have.
function operand(typed: Typed, other: Typed): Typed {
  if (typed.digits) return { sql: typed.sql, type: decimal(typed.digits, 0) }
  if (familyOf(typed.type) === 'integer') return { sql: typed.sql, type: asDecimal(typed.type) }
  return typed.type.name === 'decimal' ? typed : converted(typed, asDecimal(other.type))
}

const MOST_DIGITS = 38
/** What a scale is not cut below, to make room for the digits before the point. */
const LEAST_SCALE = 6

// https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql
function decimalResult(operator: Arithmetic, a: SqlType, b: SqlType): SqlType {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale]
  const scale = Math.max(s1, s2)
  switch (operator) {
    case '+':
    case '-':
      return fittedSum(Math.max(p1 - s1, p2 - s2), scale)
    case '*':
      return fitted(p1 + p2 + 1, s1 + s2)
    case '/': {
      const quotientScale = Math.max(LEAST_SCALE, s1 + p2 + 1)
      return fitted(p1 - s1 + s2 + quotientScale, quotientScale)
    }
    case '%':
      return fitted(Math.min(p1 - s1, p2 - s2) + scale, scale)
  }
}

function fittedSum(whole: number, scale: number): SqlType {
  const precision = Math.min(MOST_DIGITS, whole + scale + 1)
  return decimal(precision, Math.min(scale, precision - whole))
}

function fitted(precision: number, scale: number): SqlType {
  if (precision <= MOST_DIGITS) return decimal(precision, scale)
  const whole = precision - scale
  return decimal(MOST_DIGITS, Math.max(Math.min(scale, MOST_DIGITS - whole), Math.min(scale, LEAST_SCALE)))
}
