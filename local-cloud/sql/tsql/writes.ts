// Reads INSERT, UPDATE and DELETE.

import { insertBulk } from './bulk-load.ts'
import { condition } from './conditions.ts'
import {
  accept,
  acceptOneOf,
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
import { query, selectItem } from './query.ts'
import { tables } from './sources.ts'
import type { Arithmetic, ColumnChange, Condition, Expression, Parsed, SelectItem } from './syntax.ts'

export function insert(cursor: Cursor): Parsed {
  if (accept(cursor, 'BULK')) return insertBulk(cursor)
  accept(cursor, 'INTO')
  const table = path(cursor)
  const columns = isSymbol(cursor, '(') ? inBrackets(cursor, () => list(cursor, name)) : []
  const output = outputItems(cursor)
  return { kind: 'insert', table, columns, output, rows: insertedRows(cursor) }
}

function insertedRows(cursor: Cursor): Extract<Parsed, { kind: 'insert' }>['rows'] {
  if (accept(cursor, 'DEFAULT', 'VALUES')) return [[]]
  if (startsQuery(cursor) || isWord(cursor, 'WITH')) return query(cursor)
  expect(cursor, 'VALUES')
  return list(cursor, () => inBrackets(cursor, () => list(cursor, valueOrDefault)))
}

function valueOrDefault(cursor: Cursor): Expression {
  return accept(cursor, 'DEFAULT') ? { kind: 'default' } : expression(cursor)
}

// OUTPUT inserted.Id, deleted.Name AS Before
function outputItems(cursor: Cursor): SelectItem[] {
  if (!accept(cursor, 'OUTPUT')) return []
  const items = list(cursor, selectItem)
  if (isWord(cursor, 'INTO')) throw outsideSubset(cursor, 'OUTPUT INTO')
  return items
}

export function update(cursor: Cursor): Parsed {
  const table = path(cursor)
  expect(cursor, 'SET')
  const changes = list(cursor, change)
  const output = outputItems(cursor)
  return { kind: 'update', table, changes, output, from: from(cursor), where: where(cursor) }
}

function change(cursor: Cursor): ColumnChange {
  const column = path(cursor).at(-1) ?? ''
  const operator = compoundOperator(cursor)
  if (!operator) expect(cursor, '=')
  return { column, operator, value: operator ? expression(cursor) : valueOrDefault(cursor) }
}

/** Takes the sign of an assignment that calculates, such as +=, and gives the operator in it. */
export function compoundOperator(cursor: Cursor): Arithmetic | undefined {
  const sign = acceptOneOf(cursor, '+=', '-=', '*=', '/=', '%=')
  return sign && (sign.charAt(0) as Arithmetic)
}

export function deleteFrom(cursor: Cursor): Parsed {
  accept(cursor, 'FROM')
  const table = path(cursor)
  const output = outputItems(cursor)
  return { kind: 'delete', table, output, from: from(cursor), where: where(cursor) }
}

function from(cursor: Cursor) {
  return accept(cursor, 'FROM') ? tables(cursor) : undefined
}

function where(cursor: Cursor): Condition | undefined {
  return accept(cursor, 'WHERE') ? condition(cursor) : undefined
}
