// Reads what has a value.
import { SqlError } from '../model/errors.ts'
import { aggregate, isAggregate } from './aggregates.ts'
import {
  accept,
  acceptOneOf,
  type Cursor,
  expect,
  inBrackets,
  isName,
  isSymbol,
  isWord,
  list,
  next,
  outsideSubset,
  path,
  peek,
  queryInBracketsOr,
  unexpected,
} from './cursor.ts'
import { isReserved } from './keywords.ts'
import type { Condition, Expression } from './syntax.ts'
import { typeInCast } from './types.ts'

export function expression(cursor: Cursor): Expression {
  let left = product(cursor)
  for (;;) {
    const operator = acceptOneOf(cursor, '+', '-')
    if (!operator) return left
    left = { kind: 'arithmetic', operator, left, right: product(cursor) }
  }
}

function product(cursor: Cursor): Expression {
  let left = signed(cursor)
  for (;;) {
    const operator = acceptOneOf(cursor, '*', '/', '%')
    if (!operator) return left
    left = { kind: 'arithmetic', operator, left, right: signed(cursor) }
  }
}

// A sign binds less than *, / and %, as in T-SQL: 12 / -2 * 3 is 12 / -(2 * 3).
// https://learn.microsoft.com/sql/t-sql/language-elements/operator-precedence-transact-sql
function signed(cursor: Cursor): Expression {
  if (accept(cursor, '-')) return { kind: 'negative', operand: product(cursor) }
  if (accept(cursor, '+')) return product(cursor)
  const value = primary(cursor)
  if (isWord(cursor, 'AT') && isWord(cursor, 'TIME', 1)) throw outsideSubset(cursor, 'AT TIME ZONE')
  return value
}

function primary(cursor: Cursor): Expression {
  const token = peek(cursor)
  switch (token.kind) {
    case 'number':
      return { kind: 'number', text: next(cursor).value }
    case 'text':
    case 'unicode text':
      return { kind: 'text', value: next(cursor).value, unicode: token.kind === 'unicode text' }
    case 'binary':
      return { kind: 'binary', hex: next(cursor).value }
    case 'variable':
      return { kind: 'variable', name: next(cursor).value }
    case 'symbol':
      return bracketed(cursor)
    default:
      return named(cursor)
  }
}

function bracketed(cursor: Cursor): Expression {
  if (!isSymbol(cursor, '(')) throw unexpected(cursor)
  return queryInBracketsOr(cursor, subquery, () => inBrackets(cursor, expression))
}

function subquery(cursor: Cursor): Expression {
  return { kind: 'subquery', query: inBrackets(cursor, cursor.grammar.query) }
}

function named(cursor: Cursor): Expression {
  if (accept(cursor, 'NULL')) return { kind: 'null' }
  if (accept(cursor, 'CASE')) return caseOf(cursor)
  const short = acceptOneOf(cursor, ...Object.keys(withoutBrackets))
  if (short) return { kind: 'call', name: withoutBrackets[short] ?? short, arguments: [] }
  const token = peek(cursor)
  if (token.kind === 'word' && isSymbol(cursor, '(', 1)) return call(cursor)
  const column = path(cursor)
  if (isSymbol(cursor, '(')) throw outsideSubset(cursor, `the function ${column.join('.')}`)
  return { kind: 'column', path: column }
}

// Functions that are called by their name alone, and what they are short for.
const withoutBrackets: Record<string, string> = {
  CURRENT_TIMESTAMP: 'GETDATE',
  CURRENT_USER: 'USER_NAME',
  SESSION_USER: 'USER_NAME',
  USER: 'USER_NAME',
  SYSTEM_USER: 'SUSER_SNAME',
}

// Functions that may be called with words between their arguments: TRIM(BOTH 'x' FROM name), PARSE('1' AS int).
const withOwnSyntax = [
  'TRIM',
  'LTRIM',
  'RTRIM',
  'PARSE',
  'TRY_PARSE',
  'JSON_OBJECT',
  'JSON_ARRAY',
  'JSON_QUERY',
  'JSON_VALUE',
]

// Functions that are called by reserved words.
const reservedFunctions = ['COALESCE', 'CONVERT', 'TRY_CONVERT', 'NULLIF', 'LEFT', 'RIGHT']

function call(cursor: Cursor): Expression {
  const name = peek(cursor).value.toUpperCase()
  if (isReserved(name) && !reservedFunctions.includes(name)) throw unexpected(cursor)
  next(cursor)
  if (isAggregate(name)) return aggregate(cursor, name)
  if (name === 'CAST') return inBrackets(cursor, () => cast(cursor, 'error'))
  if (name === 'TRY_CAST') return inBrackets(cursor, () => cast(cursor, 'null'))
  if (name === 'CONVERT') return inBrackets(cursor, () => conversion(cursor, 'error'))
  if (name === 'TRY_CONVERT') return inBrackets(cursor, () => conversion(cursor, 'null'))
  if (name === 'IIF') return inBrackets(cursor, inlineIf)
  expect(cursor, '(')
  const part = takesDatePart.includes(name) ? datePart(cursor, name) : undefined
  if (isWord(cursor, 'DISTINCT')) throw outsideSubset(cursor, `the function ${name}`)
  const parameters = isSymbol(cursor, ')') ? [] : list(cursor, expression)
  if (!isSymbol(cursor, ')') && withOwnSyntax.includes(name)) {
    throw outsideSubset(cursor, `this form of the function ${name}`)
  }
  expect(cursor, ')')
  if (isWord(cursor, 'OVER') || isWord(cursor, 'WITHIN')) {
    throw outsideSubset(cursor, `the function ${name} over several rows`)
  }
  return { kind: 'call', name, arguments: parameters, part }
}

const takesDatePart = ['DATEADD', 'DATEDIFF', 'DATEDIFF_BIG', 'DATEPART', 'DATENAME', 'DATETRUNC']

function datePart(cursor: Cursor, name: string): string {
  if (!isName(cursor)) {
    throw new SqlError(1023, `Invalid parameter 1 specified for ${name.toLowerCase()}.`, { class: 15 })
  }
  const part = next(cursor).value.toLowerCase()
  expect(cursor, ',')
  return part
}

type Failure = Extract<Expression, { kind: 'cast' }>['failure']

function cast(cursor: Cursor, failure: Failure): Expression {
  const operand = expression(cursor)
  expect(cursor, 'AS')
  return { kind: 'cast', operand, type: typeInCast(cursor), failure }
}

function conversion(cursor: Cursor, failure: Failure): Expression {
  const type = typeInCast(cursor)
  expect(cursor, ',')
  const operand = expression(cursor)
  if (!accept(cursor, ',')) return { kind: 'cast', operand, type, failure }
  if (peek(cursor).kind !== 'number' || !isSymbol(cursor, ')', 1)) {
    throw outsideSubset(cursor, 'the style of a CONVERT that is no constant')
  }
  return { kind: 'cast', operand, type, failure, style: Number(next(cursor).value) }
}

function inlineIf(cursor: Cursor): Expression {
  const when = cursor.grammar.condition(cursor)
  expect(cursor, ',')
  const result = expression(cursor)
  expect(cursor, ',')
  return { kind: 'case', branches: [{ when, result }], otherwise: expression(cursor) }
}

function caseOf(cursor: Cursor): Expression {
  const operand = isWord(cursor, 'WHEN') ? undefined : expression(cursor)
  const branches: { when: Condition; result: Expression }[] = []
  while (accept(cursor, 'WHEN')) {
    const when: Condition = operand
      ? { kind: 'comparison', operator: '=', left: operand, right: expression(cursor) }
      : cursor.grammar.condition(cursor)
    expect(cursor, 'THEN')
    branches.push({ when, result: expression(cursor) })
  }
  if (branches.length === 0) throw unexpected(cursor)
  const otherwise = accept(cursor, 'ELSE') ? expression(cursor) : undefined
  expect(cursor, 'END')
  return { kind: 'case', branches, otherwise }
}
