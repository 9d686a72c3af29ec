// TOP, OFFSET and FETCH. SQLite takes a negative number for no limit, so the numbers are looked at first.
import { SqlError } from '../../model/errors.ts'
import { familyOf, type Value } from '../../model/types.ts'
import type { Expression, Query, Specification } from '../../tsql/syntax.ts'
import { bind, type Context, constantValue } from './context.ts'
import { translateExpression } from './expressions.ts'

export function limitClause({ top }: Specification, context: Context): string {
  return top ? ` LIMIT ${bind(context, atLeast(0n, rowCount(top, context), 127))}` : ''
}

export function pageClause({ offset, fetch }: Query, context: Context): string {
  if (!offset) return ''
  const skipped = bind(context, atLeast(0n, rowCount(offset, context), 10742))
  const taken = fetch ? bind(context, atLeast(1n, rowCount(fetch, context), 10744)) : '-1'
  return ` LIMIT ${taken} OFFSET ${skipped}`
}

function rowCount(expression: Expression, context: Context): Value {
  const typed = translateExpression(expression, context)
  if (familyOf(typed.type) !== 'integer') throw notAnInteger()
  return constantValue(typed, context)
}

const messages = {
  127: 'A TOP N or FETCH rowcount value may not be negative.',
  10742: 'The offset specified in a OFFSET clause may not be negative.',
  10744: 'The number of rows provided for a FETCH clause must be greater then zero.',
}

function atLeast(least: bigint, value: Value, number: keyof typeof messages): bigint {
  if (typeof value !== 'bigint') throw notAnInteger()
  if (value < least) throw new SqlError(number, messages[number], { class: 15 })
  return value
}

function notAnInteger(): SqlError {
  return new SqlError(
    1060,
    'The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.',
    { class: 15 },
  )
}
