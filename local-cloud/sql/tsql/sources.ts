// Reads FROM: tables, joins, and what stands in for a table.
import {
  accept,
  type Cursor,
  expect,
  inBrackets,
  isName,
  isSymbol,
  isText,
  isWord,
  list,
  name,
  next,
  outsideSubset,
  path,
  peek,
  queryInBracketsOr,
  unexpected,
} from './cursor.ts'
import { readTableHints } from './hints.ts'
import type { Expression, Join, JsonColumn, Source } from './syntax.ts'
import { typeInDeclaration } from './types.ts'

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
    if (isUnconditional(join)) left = { kind: 'join', join, left, right: source(cursor), on: undefined }
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
  return { kind: 'join', join, left, right, on: cursor.grammar.condition(cursor) }
}

function isUnconditional(join: Join): boolean {
  return join === 'CROSS' || join === 'CROSS APPLY' || join === 'OUTER APPLY'
}

function joinKind(cursor: Cursor): Join | undefined {
  if (accept(cursor, 'CROSS', 'APPLY')) return 'CROSS APPLY'
  if (accept(cursor, 'OUTER', 'APPLY')) return 'OUTER APPLY'
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
  if (isSymbol(cursor, '(')) return tableFunction(cursor, named)
  const known = alias(cursor)
  readTableHints(cursor)
  return { kind: 'table', path: named, alias: known }
}

function tableFunction(cursor: Cursor, named: string[]): Source {
  const called = named.join('.').toUpperCase()
  if (called !== 'OPENJSON' && called !== 'STRING_SPLIT') {
    throw outsideSubset(cursor, `the function ${called} in a FROM`)
  }
  const parameters = inBrackets(cursor, () => list(cursor, cursor.grammar.expression))
  const hasSchema = called === 'OPENJSON' && accept(cursor, 'WITH')
  const schema = hasSchema ? inBrackets(cursor, () => list(cursor, jsonColumn)) : []
  const known = alias(cursor)
  const columns =
    known !== undefined && isSymbol(cursor, '(') ? inBrackets(cursor, () => list(cursor, name)) : []
  return { kind: 'function', name: called, arguments: parameters, schema, alias: known, columns }
}

function jsonColumn(cursor: Cursor): JsonColumn {
  const [column, type] = [name(cursor), typeInDeclaration(cursor)]
  const path = isText(cursor) ? next(cursor).value : undefined
  return { name: column, type, path, isJson: accept(cursor, 'AS', 'JSON') }
}

function derivedTable(cursor: Cursor): Source {
  return { kind: 'derived', query: inBrackets(cursor, cursor.grammar.query), ...derivedName(cursor) }
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
  return list(cursor, () => inBrackets(cursor, () => list(cursor, cursor.grammar.expression)))
}

/** Reads the name that a table or a column may get: `AS name`, or the name alone. */
export function alias(cursor: Cursor): string | undefined {
  if (isWord(cursor, 'WINDOW') && isWord(cursor, 'AS', 2)) throw unexpected(cursor)
  const required = accept(cursor, 'AS')
  if (isName(cursor) || ['text', 'unicode text'].includes(peek(cursor).kind)) return next(cursor).value
  if (required) throw unexpected(cursor)
  return undefined
}
