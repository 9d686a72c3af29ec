// Translates what has a value.
import { onCodePage } from '../../model/code-page.ts'
import { storedDecimal } from '../../model/decimals.ts'
import { SqlError, undeclaredVariable } from '../../model/errors.ts'
import { decimal, float, int, nvarchar, varbinary, varchar } from '../../model/types.ts'
import type { Expression } from '../../tsql/syntax.ts'
import { decimalDigits } from '../storage/decimals.ts'
import { aggregate } from './aggregates.ts'
import { arithmetic, negative } from './arithmetic.ts'
import {
  bind,
  type Context,
  cast,
  checkSubquery,
  columnNamed,
  commonTypeOf,
  converted,
  groupsAround,
  onlyColumn,
  outsideSubset,
  type Scope,
  type Typed,
  withoutGroups,
} from './context.ts'
import { globalVariable } from './functions/session.ts'
import { callFunction } from './functions.ts'
import { castWithStyle } from './styles.ts'

export function translateExpression(expression: Expression, context: Context, scope?: Scope): Typed {
  return groupKey(expression, context, scope) ?? translated(expression, context, scope)
}

const constants = ['number', 'text', 'binary', 'null', 'variable']

// With GROUP BY a + 1, `a + 1` may be selected, though `a` may not.
function groupKey(expression: Expression, context: Context, scope: Scope | undefined): Typed | undefined {
  const groups = groupsAround(scope)
  if (groups.length === 0 || constants.includes(expression.kind)) return undefined
  const typed = translated(expression, context, withoutGroups(scope))
  return groups.some((keys) => keys.has(typed.sql)) ? typed : undefined
}

function translated(expression: Expression, context: Context, scope?: Scope): Typed {
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
      return arithmetic(expression.operator, translate(expression.left), translate(expression.right))
    case 'negative':
      return negative(translate(expression.operand))
    case 'case':
      return caseOf(expression, context, scope)
    case 'cast':
      return castOf(expression, translate(expression.operand), context)
    case 'call':
      return callFunction(
        expression.name,
        () => expression.arguments.map(translate),
        context,
        expression.part,
      )
    case 'aggregate':
      return aggregate(expression, translateExpression, context, scope)
    case 'subquery':
      return subquery(expression, context, scope)
    case 'default':
      throw outsideSubset(context, 'DEFAULT in this place')
  }
}

const LARGEST_INT = 2n ** 31n - 1n
const MOST_DIGITS = 38

function number(text: string, context: Context): Typed {
  if (/e/i.test(text)) return { sql: bind(context, floatFrom(text)), type: float }
  const [digits, scale] = decimalDigits(text)
  if (!text.includes('.') && digits <= LARGEST_INT) {
    return { sql: String(digits), type: int, digits: String(digits).length }
  }
  const precision = Math.max(String(digits).length, scale)
  if (precision > MOST_DIGITS) throw tooManyDigits(text)
  const type = decimal(precision, scale)
  return { sql: bind(context, storedDecimal(digits, type)), type }
}

function tooManyDigits(text: string): SqlError {
  const words = `is out of the range for numeric representation (maximum precision ${MOST_DIGITS})`
  return new SqlError(1007, `The number '${text}' ${words}.`, { class: 15 })
}

function floatFrom(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value)) return value
  const words = 'is out of the range of computer representation (8 bytes)'
  throw new SqlError(168, `The floating point value '${text}' ${words}.`, { class: 15 })
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

function castOf(
  { type, failure, style }: Extract<Expression, { kind: 'cast' }>,
  operand: Typed,
  context: Context,
): Typed {
  return style === undefined
    ? cast(operand, type, failure)
    : castWithStyle(operand, type, { style, failure }, context)
}

function caseOf(
  { branches, otherwise }: Extract<Expression, { kind: 'case' }>,
  context: Context,
  scope?: Scope,
): Typed {
  const conditions = branches.map(({ when }) => context.translator.condition(when, context, scope))
  const results = branches.map(({ result }) => translateExpression(result, context, scope))
  const rest = translateExpression(otherwise ?? { kind: 'null' }, context, scope)
  if ([...results, rest].every(({ isNull }) => isNull)) {
    throw new SqlError(
      8133,
      'At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.',
    )
  }
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
  checkSubquery(scope)
  const relation = context.translator.query(query, context, scope)
  const only = onlyColumn(relation)
  // SQLite would take the first of several rows.
  const value = 'CASE WHEN count(*) > 1 THEN fail_for_several_values() ELSE max(c0) END'
  return { sql: `(SELECT ${value} FROM (${relation.sql}))`, type: only.type, isJson: only.isJson }
}
