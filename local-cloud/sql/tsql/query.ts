// Reads SELECT, with everything that may follow it.
import { SqlError } from '../model/errors.ts'
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
import { orderItems } from './order.ts'
import type { Expression, Join, Query, QueryBody, SelectItem, Source, Specification } from './syntax.ts'

export function query(cursor: Cursor): Query {
  const common = accept(cursor, 'WITH') ? list(cursor, commonTable) : []
  const write = acceptOneOf(cursor, 'INSERT', 'UPDATE', 'DELETE', 'MERGE')
  if (write) throw outsideSubset(cursor, `${write} behind a WITH`)
  const body = combined(cursor)
  const orderBy = accept(cursor, 'ORDER', 'BY') ? orderItems(cursor) : []
  return { kind: 'query', with: common, body, orderBy, ...page(cursor, orderBy.length > 0) }
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
  if (isSymbol(cursor, '(')) return inBrackets(cursor, expression)
  if (peek(cursor).kind !== 'number') throw unexpected(cursor)
  return { kind: 'number', text: next(cursor).value }
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

function alias(cursor: Cursor): string | undefined {
  if (isWord(cursor, 'WINDOW') && isWord(cursor, 'AS', 2)) throw unexpected(cursor)
  const required = accept(cursor, 'AS')
  if (isName(cursor) || ['text', 'unicode text'].includes(peek(cursor).kind)) return next(cursor).value
  if (required) throw unexpected(cursor)
  return undefined
}

// A comma joins like CROSS JOIN, but binds less than any JOIN.
export function tables(cursor: Cursor): Source {
  let left = joined(cursor)
  while (accept(cursor, ',')) {
    left = { kind: 'join', join: 'CROSS', left, right: joined(cursor), on: undefined }
  }
  return left
}

function joined(cursor: Cursor): Source {
  let left = source(cursor)
  for (;;) {
    const join = joinKind(cursor)
    if (!join) return left
    if (join === 'CROSS') left = { kind: 'join', join, left, right: source(cursor), on: undefined }
    else left = conditionalJoin(cursor, join, left)
  }
}

// `a JOIN b JOIN c ON … ON …` joins b with c first.
function conditionalJoin(cursor: Cursor, join: Join, left: Source): Source {
  let right = source(cursor)
  while (!accept(cursor, 'ON')) {
    const inner = joinKind(cursor)
    if (!inner) throw unexpected(cursor)
    if (inner === 'CROSS')
      right = { kind: 'join', join: inner, left: right, right: source(cursor), on: undefined }
    else right = conditionalJoin(cursor, inner, right)
  }
  return { kind: 'join', join, left, right, on: condition(cursor) }
}

function joinKind(cursor: Cursor): Join | undefined {
  if (accept(cursor, 'CROSS', 'JOIN')) return 'CROSS'
  if (accept(cursor, 'INNER', 'JOIN') || accept(cursor, 'JOIN')) return 'INNER'
  return (['LEFT', 'RIGHT', 'FULL'] as const).find(
    (side) => accept(cursor, side, 'OUTER', 'JOIN') || accept(cursor, side, 'JOIN'),
  )
}

function source(cursor: Cursor): Source {
  if (!isSymbol(cursor, '(')) return table(cursor)
  if (isWord(cursor, 'VALUES', 1)) {
    const values = inBrackets(cursor, valueRows)
    return { kind: 'rows', rows: values, ...derivedName(cursor) }
  }
  return queryInBracketsOr(cursor, derivedTable, () => inBrackets(cursor, joined))
}

function table(cursor: Cursor): Source {
  const named = path(cursor)
  if (isSymbol(cursor, '('))
    throw outsideSubset(cursor, `the function ${named.join('.').toUpperCase()} in a FROM`)
  return { kind: 'table', path: named, alias: alias(cursor) }
}

function derivedTable(cursor: Cursor): Source {
  return { kind: 'derived', query: inBrackets(cursor, query), ...derivedName(cursor) }
}

function derivedName(cursor: Cursor): { alias: string; columns: string[] } {
  accept(cursor, 'AS')
  const alias = name(cursor)
  const columns = isSymbol(cursor, '(') ? inBrackets(cursor, () => list(cursor, name)) : []
  return { alias, columns }
}

/** Reads `VALUES (1, 'a'), (2, 'b')`. */
function valueRows(cursor: Cursor): Expression[][] {
  expect(cursor, 'VALUES')
  return list(cursor, () => inBrackets(cursor, () => list(cursor, expression)))
}
