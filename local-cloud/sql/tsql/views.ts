// Reads the statements about views.
import { SqlError } from '../model/errors.ts'
import {
  accept,
  type Cursor,
  expect,
  inBrackets,
  isSymbol,
  isWord,
  list,
  name,
  outsideSubset,
  path,
  peek,
  textOf,
  unexpected,
} from './cursor.ts'
import { query } from './query.ts'
import type { Parsed, Query } from './syntax.ts'

/** Reads CREATE VIEW, CREATE OR ALTER VIEW and ALTER VIEW, if one of them stands here. */
export function createView(cursor: Cursor): Parsed | undefined {
  const isFirst = cursor.tokens.slice(0, cursor.at).every(({ value }) => value === ';')
  const how = waysToDefine.find((words) => accept(cursor, ...words.split(' '), 'VIEW'))
  if (!how) return undefined
  if (!isFirst) {
    throw new SqlError(111, `'${how} VIEW' must be the first statement in a query batch.`, { class: 15 })
  }
  const view = path(cursor)
  const columns = isSymbol(cursor, '(') ? inBrackets(cursor, () => list(cursor, name)) : []
  if (isWord(cursor, 'WITH')) throw outsideSubset(cursor, 'the options of a view')
  expect(cursor, 'AS')
  let defined: Query | undefined
  const text = textOf(cursor, () => {
    defined = query(cursor)
  })
  if (isWord(cursor, 'WITH')) throw outsideSubset(cursor, 'WITH CHECK OPTION')
  while (accept(cursor, ';')) {}
  if (peek(cursor).kind !== 'end' || !defined) throw unexpected(cursor)
  return { kind: 'create view', how, view: { path: view, columns, query: defined, text } }
}

const waysToDefine = ['CREATE', 'CREATE OR ALTER', 'ALTER'] as const

/** Reads what follows DROP VIEW. */
export function dropView(cursor: Cursor): Parsed {
  const ifExists = accept(cursor, 'IF', 'EXISTS')
  return { kind: 'drop view', views: list(cursor, path), ifExists }
}
