// Reads CREATE TABLE and DROP TABLE.
import {
  accept,
  acceptOneOf,
  type Cursor,
  expect,
  inBrackets,
  isWord,
  list,
  name,
  outsideSubset,
  path,
} from './cursor.ts'
import type { ColumnDefinition, KeyDefinition, Parsed } from './syntax.ts'
import { typeInDeclaration } from './types.ts'

export function createTable(cursor: Cursor): Parsed {
  const table = path(cursor)
  if (table.at(-1)?.startsWith('#')) throw outsideSubset(cursor, 'temporary tables')
  const columns: ColumnDefinition[] = []
  const keys: KeyDefinition[] = []
  inBrackets(cursor, () =>
    list(cursor, () => {
      if (startsKey(cursor)) keys.push(key(cursor, undefined))
      else columns.push(column(cursor, keys))
    }),
  )
  return { kind: 'create table', table, columns, keys }
}

// A column may carry its own key: Id int NOT NULL CONSTRAINT PK_Products PRIMARY KEY.
function column(cursor: Cursor, keys: KeyDefinition[]): ColumnDefinition {
  const definition = { name: name(cursor), type: typeInDeclaration(cursor), nullable: true }
  for (;;) {
    if (accept(cursor, 'NOT', 'NULL')) definition.nullable = false
    else if (startsKey(cursor)) keys.push(key(cursor, definition.name))
    else if (!accept(cursor, 'NULL')) return definition
  }
}

function startsKey(cursor: Cursor): boolean {
  return ['CONSTRAINT', 'PRIMARY', 'UNIQUE'].some((word) => isWord(cursor, word))
}

function key(cursor: Cursor, column: string | undefined): KeyDefinition {
  const constraint = accept(cursor, 'CONSTRAINT') ? name(cursor) : undefined
  const primary = accept(cursor, 'PRIMARY', 'KEY')
  if (!primary) expect(cursor, 'UNIQUE')
  acceptOneOf(cursor, 'CLUSTERED', 'NONCLUSTERED')
  return { name: constraint, primary, columns: column === undefined ? keyColumns(cursor) : [column] }
}

function keyColumns(cursor: Cursor): string[] {
  return inBrackets(cursor, () =>
    list(cursor, () => {
      const column = name(cursor)
      acceptOneOf(cursor, 'ASC', 'DESC')
      return column
    }),
  )
}

export function dropTable(cursor: Cursor): Parsed {
  const ifExists = accept(cursor, 'IF', 'EXISTS')
  return { kind: 'drop table', tables: list(cursor, path), ifExists }
}
