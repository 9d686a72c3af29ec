// Translates what has a value.
import { SqlError, undeclaredVariable } from '../errors.ts'
import type { Expression } from '../tsql/syntax.ts'
import { aggregate } from './aggregates.ts'
import { decimalResult } from './arithmetic.ts'
import { onCodePage } from './code-page.ts'
import { translateCondition } from './conditions.ts'
import { checkedInt64, decimalDigits } from './decimals.ts'
import { callFunction, globalVariable } from './functions.ts'
import { translateQuery } from './queries.ts'
import {
  bind,
  type Context,
  cast,
  columnNamed,
  commonTypeOf,
  converted,
  type Scope,
  type Typed,
} from './translation.ts'
import {
  asDecimal,
  decimal,
  familyOf,
  float,
  int,
  isText,
  nvarchar,
  type SqlType,
  varbinary,
  varchar,
} from './types.ts'

export function translateExpression(expression: Expression, context: Context, scope?: Scope): Typed {
  const translate = (part: Expression) => translateExpression(part, context, scope)
  switch (expression.kind) {
    case 'number':
      return number(expression.text, context)
    case 'text':
      return text(expression.value, expression.unicode, context)
    case 'binary':
      return binary(expression.hex, context)
    case 'null':
      return { sql: 'NULL', type: int, isNull: true }
    case 'column':
      return columnNamed(scope, expression.path)
    case 'variable':
      return variable(expression.name, context)
    case 'arithmetic':
      return arithmetic(expression, translate(expression.left), translate(expression.right))
    case 'negative': {
      const operand = translate(expression.operand)
      return { sql: `(-${operand.sql})`, type: operand.type }
    }
    case 'case':
      return caseOf(expression, context, scope)
    case 'cast':
      return cast(translate(expression.operand), expression.type)
    case 'call':
      return callFunction(expression.name, expression.arguments.map(translate), context)
    case 'aggregate':
      return aggregate(expression, context, scope)
    case 'subquery':
      return subquery(expression, context, scope)
  }
}

const LARGEST_INT = 2n ** 31n - 1n

function number(text: string, context: Context): Typed {
  if (/e/i.test(text)) return { sql: bind(context, Number(text)), type: float }
  const [digits, scale] = decimalDigits(text)
  const type =
    scale === 0 && digits <= LARGEST_INT ? int : decimal(Math.max(String(digits).length, scale), scale)
  return { sql: String(checkedInt64(digits)), type }
}

function text(value: string, unicode: boolean, context: Context): Typed {
  const length = Math.max(1, value.length)
  if (unicode) return { sql: bind(context, value), type: nvarchar(length) }
  return { sql: bind(context, onCodePage(value)), type: varchar(length) }
}

function binary(hex: string, context: Context): Typed {
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return { sql: bind(context, bytes), type: varbinary(Math.max(1, bytes.length)) }
}

function variable(name: string, context: Context): Typed {
  if (name.startsWith('@@')) return globalVariable(name, context)
  const known = context.variables.get(name.toLowerCase())
  if (!known) throw undeclaredVariable(name)
  return { sql: bind(context, known.value), type: known.type }
}

function arithmetic(
  { operator }: Extract<Expression, { kind: 'arithmetic' }>,
  left: Typed,
  right: Typed,
): Typed {
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

function decimalArithmetic(operator: keyof typeof operatorNames, left: Typed, right: Typed): Typed {
  const a = isText(left.type) ? converted(left, right.type) : left
  const b = isText(right.type) ? converted(right, left.type) : right
  const type = decimalResult(operator, asDecimal(a.type), asDecimal(b.type))
  const values = `${a.sql}, ${a.type.scale}, ${b.sql}, ${b.type.scale}, ${type.scale}`
  return { sql: `calculate_decimal('${operator}', ${values})`, type }
}

function caseOf(
  { branches, otherwise }: Extract<Expression, { kind: 'case' }>,
  context: Context,
  scope?: Scope,
): Typed {
  const conditions = branches.map(({ when }) => translateCondition(when, context, scope))
  const results = branches.map(({ result }) => translateExpression(result, context, scope))
  const rest = translateExpression(otherwise ?? { kind: 'null' }, context, scope)
  const type = commonTypeOf([...results, rest])
  const whens = results.map(
    (result, index) => `WHEN ${conditions[index]} THEN ${converted(result, type).sql}`,
  )
  return { sql: `CASE ${whens.join(' ')} ELSE ${converted(rest, type).sql} END`, type }
}

function subquery(
  { query }: Extract<Expression, { kind: 'subquery' }>,
  context: Context,
  scope?: Scope,
): Typed {
  const { sql, columns } = translateQuery(query, context, scope)
  const [only, ...more] = columns
  if (!only || more.length > 0) {
    throw new SqlError(
      116,
      'Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.',
    )
  }
  // SQLite would take the first of several rows.
  const value = 'CASE WHEN count(*) > 1 THEN fail_for_several_values() ELSE max(c0) END'
  return { sql: `(SELECT ${value} FROM (${sql}))`, type: only.type }
}
