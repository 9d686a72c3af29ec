// Reads the functions of several rows, with OVER and WITHIN GROUP.
import { SqlError } from '../model/errors.ts'
import {
  accept,
  acceptOneOf,
  type Cursor,
  expect,
  inBrackets,
  isSymbol,
  isWord,
  list,
  next,
  outsideSubset,
  peek,
  unexpected,
} from './cursor.ts'
import { orderItems } from './order.ts'
import type { Aggregate, Frame, Window } from './syntax.ts'

const names = new Set(
  `COUNT COUNT_BIG SUM MIN MAX AVG STRING_AGG ROW_NUMBER RANK DENSE_RANK NTILE PERCENT_RANK CUME_DIST LAG LEAD FIRST_VALUE
  LAST_VALUE`.split(/\s+/),
)

export function isAggregate(name: string): boolean {
  return names.has(name)
}

/** Reads what follows the name. */
export function aggregate(cursor: Cursor, name: string): Aggregate {
  expect(cursor, '(')
  const distinct = acceptOneOf(cursor, 'DISTINCT', 'ALL') === 'DISTINCT'
  const bare = accept(cursor, '*') || isSymbol(cursor, ')')
  const parameters = bare ? [] : list(cursor, cursor.grammar.expression)
  expect(cursor, ')')
  if (accept(cursor, 'IGNORE', 'NULLS')) throw outsideSubset(cursor, 'IGNORE NULLS')
  accept(cursor, 'RESPECT', 'NULLS')
  const withinGroup = accept(cursor, 'WITHIN', 'GROUP') ? inBrackets(cursor, order) : []
  const over = accept(cursor, 'OVER') ? window(cursor) : undefined
  return { kind: 'aggregate', name, arguments: parameters, distinct, withinGroup, over }
}

function order(cursor: Cursor): Aggregate['withinGroup'] {
  expect(cursor, 'ORDER', 'BY')
  return orderItems(cursor)
}

function window(cursor: Cursor): Window {
  if (!isSymbol(cursor, '(')) throw outsideSubset(cursor, 'a window with a name')
  return inBrackets(cursor, () => ({
    partitionBy: accept(cursor, 'PARTITION', 'BY') ? list(cursor, cursor.grammar.expression) : [],
    orderBy: accept(cursor, 'ORDER', 'BY') ? orderItems(cursor) : [],
    frame: frame(cursor),
  }))
}

function frame(cursor: Cursor): Frame | undefined {
  const unit = acceptOneOf(cursor, 'ROWS', 'RANGE')
  if (!unit) return undefined
  const isBetween = accept(cursor, 'BETWEEN')
  const from = bound(cursor, unit)
  if (!isBetween) return { unit, from, to: 'CURRENT ROW' }
  expect(cursor, 'AND')
  return { unit, from, to: bound(cursor, unit) }
}

function bound(cursor: Cursor, unit: Frame['unit']): string {
  if (accept(cursor, 'CURRENT', 'ROW')) return 'CURRENT ROW'
  const isCount = peek(cursor).kind === 'number' && /^\d+$/.test(peek(cursor).value)
  if (!isCount && !isWord(cursor, 'UNBOUNDED')) throw unexpected(cursor)
  if (isCount && unit === 'RANGE') {
    throw new SqlError(
      4194,
      'RANGE is only supported with UNBOUNDED and CURRENT ROW window frame delimiters.',
    )
  }
  const distance = next(cursor).value.toUpperCase()
  const direction = acceptOneOf(cursor, 'PRECEDING', 'FOLLOWING')
  if (!direction) throw unexpected(cursor)
  return `${distance} ${direction}`
}
