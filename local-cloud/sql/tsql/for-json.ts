// Reads FOR JSON PATH.
// https://learn.microsoft.com/sql/relational-databases/json/format-query-results-as-json-with-for-json-sql-server
import {
  accept,
  type Cursor,
  inBrackets,
  isSymbol,
  isText,
  next,
  outsideSubset,
  peek,
  unexpected,
} from './cursor.ts'
import type { ForJson } from './syntax.ts'

export function forJson(cursor: Cursor): ForJson | undefined {
  if (!accept(cursor, 'FOR', 'JSON')) return undefined
  if (!accept(cursor, 'PATH')) throw outsideSubset(cursor, `FOR JSON ${peek(cursor).value.toUpperCase()}`)
  const clause: ForJson = { root: undefined, includeNulls: false, withoutArray: false }
  while (accept(cursor, ',')) {
    if (accept(cursor, 'INCLUDE_NULL_VALUES')) clause.includeNulls = true
    else if (accept(cursor, 'WITHOUT_ARRAY_WRAPPER')) clause.withoutArray = true
    else if (accept(cursor, 'ROOT')) clause.root = isSymbol(cursor, '(') ? inBrackets(cursor, text) : 'root'
    else throw unexpected(cursor)
  }
  return clause
}

function text(cursor: Cursor): string {
  if (!isText(cursor)) throw unexpected(cursor)
  return next(cursor).value
}
