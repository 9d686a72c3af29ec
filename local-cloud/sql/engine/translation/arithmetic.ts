// + - * / and %, and the type of what they give.
import { SqlError } from '../../model/errors.ts'
import { asDecimal, decimal, familyOf, isText, nvarchar, type SqlType, varchar } from '../../model/types.ts'
import type { Arithmetic } from '../../tsql/syntax.ts'
import { commonTypeOf, converted, type Typed } from './context.ts'

/** Translates `left operator right`; text can be added too. */
export function arithmetic(operator: Arithmetic, left: Typed, right: Typed): Typed {
  const type = commonTypeOf([left, right])
  if (isText(type) && operator === '+') return concatenation(left, right, type)
  switch (familyOf(type)) {
    case 'decimal':
      return decimalArithmetic(operator, left, right)
    case 'integer':
      return integerArithmetic(operator, converted(left, type).sql, converted(right, type).sql, type)
    case 'float':
      return { sql: operation(operator, converted(left, type).sql, converted(right, type).sql), type }
    default:
      throw new SqlError(
        402,
        `The data types ${left.type.name} and ${right.type.name} are incompatible in the ${operatorNames[operator]} operator.`,
      )
  }
}

const operatorNames = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' }

function concatenation(left: Typed, right: Typed, type: SqlType): Typed {
  const length = left.type.length + right.type.length
  const result = type.name === 'nvarchar' ? nvarchar(length) : varchar(length)
  return { sql: `(${left.sql} || ${right.sql})`, type: result }
}

function operation(operator: string, left: string, right: string): string {
  if (operator === '/') return `divide(${left}, ${right})`
  if (operator === '%') return `remainder(${left}, ${right})`
  return `(${left} ${operator} ${right})`
}

// SQLite counts with 64 bits; the conversion notices what is too large for the type.
function integerArithmetic(operator: string, left: string, right: string, type: SqlType): Typed {
  const sql = operation(operator, left, right)
  return { sql: `convert_value(${sql}, 'bigint', '${type.name}')`, type }
}

function decimalArithmetic(operator: Arithmetic, left: Typed, right: Typed): Typed {
  const a = isText(left.type) ? converted(left, right.type) : left
  const b = isText(right.type) ? converted(right, left.type) : right
  const type = decimalResult(operator, asDecimal(a.type), asDecimal(b.type))
  const values = `${a.sql}, ${a.type.scale}, ${b.sql}, ${b.type.scale}, ${type.scale}`
  return { sql: `calculate_decimal('${operator}', ${values})`, type }
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
      return fitted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale)
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

function fitted(precision: number, scale: number): SqlType {
  if (precision <= MOST_DIGITS) return decimal(precision, scale)
  const whole = precision - scale
  return decimal(MOST_DIGITS, Math.max(Math.min(scale, MOST_DIGITS - whole), Math.min(scale, LEAST_SCALE)))
}
