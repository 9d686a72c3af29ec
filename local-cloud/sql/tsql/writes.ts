// Reads INSERT, UPDATE and DELETE.
import { condition } from './conditions.ts'
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
  startsQuery,
} from './cursor.ts'
import { expression } from './expressions.ts'
import { query, valueRows } from './query.ts'
import type { Condition, Parsed } from './syntax.ts'

export function insert(cursor: Cursor): Parsed {
  accept(cursor, 'INTO')
  const table = path(cursor)
  const columns = isSymbol(cursor, '(') ? inBrackets(cursor, () => list(cursor, name)) : []
  const rows = startsQuery(cursor) || isWord(cursor, 'WITH') ? query(cursor) : valueRows(cursor)
  return { kind: 'insert', table, columns, rows }
}

export function update(cursor: Cursor): Parsed {
  const table = path(cursor)
  expect(cursor, 'SET')
  const changes = list(cursor, () => {
    const column = path(cursor).at(-1) ?? ''
    expect(cursor, '=')
    return { column, value: expression(cursor) }
  })
  return { kind: 'update', table, changes, where: where(cursor) }
}

export function deleteFrom(cursor: Cursor): Parsed {
  accept(cursor, 'FROM')
  return { kind: 'delete', table: path(cursor), where: where(cursor) }
}

function where(cursor: Cursor): Condition | undefined {
  if (isWord(cursor, 'FROM')) throw outsideSubset(cursor, 'a FROM in an UPDATE or DELETE')
  return accept(cursor, 'WHERE') ? condition(cursor) : undefined
}
