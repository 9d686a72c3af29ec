// Reads SELECT, with everything that may follow it.
import { SqlError, syntaxErrorNearKeyword } from '../model/errors.ts'
import { condition } from './conditions.ts'
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
  name,
  next,
  outsideSubset,
  path,
  peek,
  queryInBracketsOr,
  unexpected,
  variable,
} from './cursor.ts'
import { expression } from './expressions.ts'
import { forJson } from './for-json.ts'
import { queryHints } from './hints.ts'
import { orderItems } from './order.ts'
import { alias, tables } from './sources.ts'
import type { Expression, Parsed, Query, QueryBody, SelectItem, Specification } from './syntax.ts'

/** Reads a SELECT as a statement: only there can it have an INTO. */
export function selectStatement(cursor: Cursor): Parsed {
  const selected = anyQuery(cursor)
  return { kind: 'select', query: selected, into: intoOf(selected.body) }
}

/** Reads a query inside a statement. */
export function query(cursor: Cursor): Query {
  const inner = anyQuery(cursor)
  if (intoOf(inner.body)) throw syntaxErrorNearKeyword('INTO')
  return inner
}

// The INTO of a UNION stands in its first SELECT.
function intoOf(body: QueryBody): string[] | undefined {
  if (body.kind === 'specification') return body.into
  if (intoOf(body.right)) throw syntaxErrorNearKeyword('INTO')
  return intoOf(body.left)
}

function anyQuery(cursor: Cursor): Query {
  const common = accept(cursor, 'WITH') ? list(cursor, commonTable) : []
  const write = acceptOneOf(cursor, 'INSERT', 'UPDATE', 'DELETE', 'MERGE')
  if (write) throw outsideSubset(cursor, `${write} behind a WITH`)
  const body = combined(cursor)
  const orderBy = accept(cursor, 'ORDER', 'BY') ? orderItems(cursor) : []
  return {
    kind: 'query',
    with: common,
    body,
    orderBy,
    ...page(cursor, orderBy.length > 0),
    forJson: forJson(cursor),
    mostSteps: queryHints(cursor),
  }
}

// INTERSECT binds closer than UNION and EXCEPT.
function combined(cursor: Cursor): QueryBody {
  let left = intersected(cursor)
  for (;;) {
    const operator = acceptOneOf(cursor, 'UNION', 'EXCEPT')
    if (!operator) return left
    const all = operator === 'UNION' && accept(cursor, 'ALL')
    left = { kind: 'combination', operator: all ? 'UNION ALL' : operator, left, right: intersected(cursor) }
  }
}

function intersected(cursor: Cursor): QueryBody {
  let left = operand(cursor)
  while (accept(cursor, 'INTERSECT')) {
    left = { kind: 'combination', operator: 'INTERSECT', left, right: operand(cursor) }
  }
  return left
}

function operand(cursor: Cursor): QueryBody {
  return isSymbol(cursor, '(') ? inBrackets(cursor, combined) : specification(cursor)
}

function specification(cursor: Cursor): Specification {
  expect(cursor, 'SELECT')
  const distinct = acceptOneOf(cursor, 'DISTINCT', 'ALL') === 'DISTINCT'
  return {
    kind: 'specification',
    distinct,
    top: accept(cursor, 'TOP') ? top(cursor) : undefined,
    items: list(cursor, selectItem),
    into: accept(cursor, 'INTO') ? path(cursor) : undefined,
    from: accept(cursor, 'FROM') ? tables(cursor) : undefined,
    where: accept(cursor, 'WHERE') ? condition(cursor) : undefined,
    groupBy: accept(cursor, 'GROUP', 'BY') ? list(cursor, expression) : [],
    having: accept(cursor, 'HAVING') ? condition(cursor) : undefined,
  }
}

function commonTable(cursor: Cursor): Query['with'][number] {
  const table = name(cursor)
  const columns = isSymbol(cursor, '(') ? inBrackets(cursor, () => list(cursor, name)) : []
  expect(cursor, 'AS')
  return { name: table, columns, query: inBrackets(cursor, query) }
}

function top(cursor: Cursor): Expression {
  const isBracketed = isSymbol(cursor, '(')
  if (!isBracketed && peek(cursor).kind !== 'number') throw unexpected(cursor)
  const count: Expression = isBracketed
    ? queryInBracketsOr(cursor, subquery, () => inBrackets(cursor, expression))
    : { kind: 'number', text: next(cursor).value }
  if (isWord(cursor, 'PERCENT')) throw outsideSubset(cursor, 'TOP … PERCENT')
  if (isWord(cursor, 'WITH')) throw outsideSubset(cursor, 'TOP … WITH TIES')
  return count
}

// OFFSET … FETCH goes with an ORDER BY, and FETCH with an OFFSET.
function page(cursor: Cursor, isOrdered: boolean): Pick<Query, 'offset' | 'fetch'> {
  const offset = isOrdered && accept(cursor, 'OFFSET') ? rows(cursor) : undefined
  const hasFetch =
    isOrdered && isWord(cursor, 'FETCH') && ['NEXT', 'FIRST'].some((word) => isWord(cursor, word, 1))
  if (hasFetch && !offset) {
    const option = peek(cursor, 1).value.toUpperCase()
    throw new SqlError(153, `Invalid usage of the option ${option} in the FETCH statement.`, { class: 15 })
  }
  return { offset, fetch: hasFetch && accept(cursor, 'FETCH') ? fetched(cursor) : undefined }
}

function subquery(cursor: Cursor): Expression {
  return { kind: 'subquery', query: inBrackets(cursor, query) }
}

function rows(cursor: Cursor): Expression {
  const count = expression(cursor)
  if (!acceptOneOf(cursor, 'ROW', 'ROWS')) throw unexpected(cursor)
  return count
}

function fetched(cursor: Cursor): Expression {
  if (!acceptOneOf(cursor, 'NEXT', 'FIRST')) throw unexpected(cursor)
  const count = rows(cursor)
  expect(cursor, 'ONLY')
  return count
}

/** Reads one item of a SELECT list, or of an OUTPUT. */
export function selectItem(cursor: Cursor): SelectItem {
  if (accept(cursor, '*')) return { kind: 'star', qualifier: [] }
  if (peek(cursor).kind === 'variable' && isSymbol(cursor, '=', 1)) {
    const target = variable(cursor)
    expect(cursor, '=')
    return { kind: 'assignment', variable: target, value: expression(cursor) }
  }
  if (isName(cursor) && isSymbol(cursor, '=', 1)) {
    const alias = name(cursor)
    expect(cursor, '=')
    return { kind: 'item', value: expression(cursor), alias }
  }
  return qualifiedStar(cursor) ?? { kind: 'item', value: expression(cursor), alias: alias(cursor) }
}

// p.* or dbo.Products.*
function qualifiedStar(cursor: Cursor): SelectItem | undefined {
  let ahead = 0
  while (['word', 'name'].includes(peek(cursor, ahead).kind) && isSymbol(cursor, '.', ahead + 1)) ahead += 2
  if (ahead === 0 || !isSymbol(cursor, '*', ahead)) return undefined
  const qualifier: string[] = []
  while (!accept(cursor, '*')) {
    qualifier.push(name(cursor))
    expect(cursor, '.')
  }
  return { kind: 'star', qualifier }
}
