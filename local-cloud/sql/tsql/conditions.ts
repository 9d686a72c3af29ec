// Reads what is true, false or unknown.
import { SqlError } from '../model/errors.ts'
import {
  accept,
  type Cursor,
  either,
  expect,
  inBrackets,
  isSymbol,
  isWord,
  list,
  next,
  peek,
  queryInBracketsOr,
  unexpected,
} from './cursor.ts'
import { expression } from './expressions.ts'
import type { Comparison, Condition, Expression, Query } from './syntax.ts'

export function condition(cursor: Cursor): Condition {
  let left = conjunction(cursor)
  while (accept(cursor, 'OR')) left = { kind: 'or', left, right: conjunction(cursor) }
  return left
}

function conjunction(cursor: Cursor): Condition {
  let left = negation(cursor)
  while (accept(cursor, 'AND')) left = { kind: 'and', left, right: negation(cursor) }
  return left
}

function negation(cursor: Cursor): Condition {
  if (accept(cursor, 'NOT')) return { kind: 'not', operand: negation(cursor) }
  if (accept(cursor, 'EXISTS')) return { kind: 'exists', query: inBrackets(cursor, cursor.grammar.query) }
  return inBracketsOrBare(cursor)
}

// A bracket opens a condition or a value, which shows only at the end: (a + 1) * 2 > b, (a > 1 OR b > 2).
function inBracketsOrBare(cursor: Cursor): Condition {
  if (!isSymbol(cursor, '(')) return predicate(cursor)
  return either(cursor, () => inBrackets(cursor, condition), predicate)
}

function predicate(cursor: Cursor): Condition {
  const operand = expression(cursor)
  if (accept(cursor, 'IS')) {
    const negated = accept(cursor, 'NOT')
    expect(cursor, 'NULL')
    return { kind: 'is null', operand, negated }
  }
  const negated = accept(cursor, 'NOT')
  if (accept(cursor, 'LIKE')) return like(cursor, operand, negated)
  if (accept(cursor, 'IN')) return isIn(cursor, operand, negated)
  if (accept(cursor, 'BETWEEN')) return between(cursor, operand, negated)
  if (negated) throw unexpected(cursor)
  const operator = comparisons[peek(cursor).value]
  if (peek(cursor).kind !== 'symbol' || !operator) throw notACondition(cursor)
  next(cursor)
  if (isWord(cursor, 'ANY') || isWord(cursor, 'ALL') || isWord(cursor, 'SOME')) throw unexpected(cursor)
  return { kind: 'comparison', operator, left: operand, right: expression(cursor) }
}

const whatFollows =
  'AND OR THEN GROUP ORDER HAVING UNION SELECT INSERT UPDATE DELETE SET DECLARE BEGIN IF'.split(' ')

// A value alone is no condition, which shows where it ends.
function notACondition(cursor: Cursor): SqlError {
  const token = peek(cursor)
  const isOver = token.kind === 'end' || [')', ',', ';'].some((symbol) => isSymbol(cursor, symbol))
  const goesOn = whatFollows.some((word) => isWord(cursor, word))
  if (!isOver && !goesOn) return unexpected(cursor)
  const words = 'An expression of non-boolean type specified in a context where a condition is expected, near'
  const near = token.kind === 'end' ? peek(cursor, -1) : token
  return new SqlError(4145, `${words} '${near.value}'.`, { class: 15 })
}

const comparisons: Record<string, Comparison> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  '!<': '>=',
  '!>': '<=',
}

function like(cursor: Cursor, operand: Expression, negated: boolean): Condition {
  const pattern = expression(cursor)
  const escapeWith = accept(cursor, 'ESCAPE') ? expression(cursor) : undefined
  return { kind: 'like', operand, pattern, escapeWith, negated }
}

function isIn(cursor: Cursor, operand: Expression, negated: boolean): Condition {
  const among = queryInBracketsOr<Query | Expression[]>(
    cursor,
    () => inBrackets(cursor, cursor.grammar.query),
    () => inBrackets(cursor, () => list(cursor, expression)),
  )
  return { kind: 'in', operand, among, negated }
}

function between(cursor: Cursor, operand: Expression, negated: boolean): Condition {
  const low = expression(cursor)
  expect(cursor, 'AND')
  const high = expression(cursor)
  const both: Condition = {
    kind: 'and',
    left: { kind: 'comparison', operator: '>=', left: operand, right: low },
    right: { kind: 'comparison', operator: '<=', left: operand, right: high },
  }
  return negated ? { kind: 'not', operand: both } : both
}
