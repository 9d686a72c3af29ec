// Reads SELECT, with everything that may follow it.
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
  unexpected,
  variable,
} from './cursor.ts'
import { expression, orderItems } from './expressions.ts'
import type { Expression, Query, SelectItem, Source } from './syntax.ts'

export function query(cursor: Cursor): Query {
  const common = accept(cursor, 'WITH') ? list(cursor, commonTable) : []
  expect(cursor, 'SELECT')
  return {
    kind: 'query',
    with: common,
    distinct: accept(cursor, 'DISTINCT'),
    top: accept(cursor, 'TOP') ? top(cursor) : undefined,
    items: list(cursor, item),
    from: accept(cursor, 'FROM') ? joins(cursor) : undefined,
    where: accept(cursor, 'WHERE') ? condition(cursor) : undefined,
    groupBy: accept(cursor, 'GROUP', 'BY') ? list(cursor, expression) : [],
    having: accept(cursor, 'HAVING') ? condition(cursor) : undefined,
    orderBy: accept(cursor, 'ORDER', 'BY') ? orderItems(cursor) : [],
    offset: accept(cursor, 'OFFSET') ? rows(cursor) : undefined,
    fetch: accept(cursor, 'FETCH') ? fetched(cursor) : undefined,
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

function item(cursor: Cursor): SelectItem {
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
  const required = accept(cursor, 'AS')
  if (isName(cursor) || ['text', 'unicode text'].includes(peek(cursor).kind)) return next(cursor).value
  if (required) throw unexpected(cursor)
  return undefined
}

function joins(cursor: Cursor): Source {
  let left = source(cursor)
  for (;;) {
    if (isSymbol(cursor, ',')) throw outsideSubset(cursor, 'a FROM with commas')
    const join = joinKind(cursor)
    if (!join) return left
    const right = source(cursor)
    expect(cursor, 'ON')
    left = { kind: 'join', join, left, right, on: condition(cursor) }
  }
}

function joinKind(cursor: Cursor): 'INNER' | 'LEFT' | undefined {
  if (accept(cursor, 'INNER', 'JOIN') || accept(cursor, 'JOIN')) return 'INNER'
  if (accept(cursor, 'LEFT', 'OUTER', 'JOIN') || accept(cursor, 'LEFT', 'JOIN')) return 'LEFT'
  return undefined
}

function source(cursor: Cursor): Source {
  if (!isSymbol(cursor, '(')) return { kind: 'table', path: path(cursor), alias: alias(cursor) }
  if (isWord(cursor, 'VALUES', 1)) {
    const values = inBrackets(cursor, valueRows)
    return { kind: 'rows', rows: values, ...derivedName(cursor) }
  }
  return { kind: 'derived', query: inBrackets(cursor, query), ...derivedName(cursor) }
}

function derivedName(cursor: Cursor): { alias: string; columns: string[] } {
  accept(cursor, 'AS')
  const alias = name(cursor)
  const columns = isSymbol(cursor, '(') ? inBrackets(cursor, () => list(cursor, name)) : []
  return { alias, columns }
}

/** Reads `VALUES (1, 'a'), (2, 'b')`. */
export function valueRows(cursor: Cursor): Expression[][] {
  expect(cursor, 'VALUES')
  return list(cursor, () => inBrackets(cursor, () => list(cursor, expression)))
}
