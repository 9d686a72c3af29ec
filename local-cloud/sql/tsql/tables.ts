// Reads the statements about tables and indexes.
import { clustering, indexColumns, tableElements } from './constraints.ts'
import {
  accept,
  acceptOneOf,
  type Cursor,
  expect,
  inBrackets,
  isName,
  isWord,
  list,
  name,
  outsideSubset,
  path,
  peek,
} from './cursor.ts'
import type { Parsed, TableChange } from './syntax.ts'

export function createTable(cursor: Cursor): Parsed {
  const table = path(cursor)
  const name = table.at(-1) ?? ''
  if (name.startsWith('##')) throw outsideSubset(cursor, 'global temporary tables')
  const elements = inBrackets(cursor, tableElements)
  if (name.startsWith('#') && elements.constraints.some(({ kind }) => kind === 'foreign key')) {
    throw outsideSubset(cursor, 'foreign keys of temporary tables')
  }
  return { kind: 'create table', table, ...elements }
}

export function dropTable(cursor: Cursor): Parsed {
  const ifExists = accept(cursor, 'IF', 'EXISTS')
  return { kind: 'drop table', tables: list(cursor, path), ifExists }
}

export function truncateTable(cursor: Cursor): Parsed {
  const table = path(cursor)
  if (isWord(cursor, 'WITH')) throw outsideSubset(cursor, 'partitions')
  return { kind: 'truncate table', table }
}

export function alterTable(cursor: Cursor): Parsed {
  const table = path(cursor)
  // Rows that are there are checked unless NOCHECK is asked for.
  if (isWord(cursor, 'WITH') && !accept(cursor, 'WITH', 'CHECK')) throw outsideSubset(cursor, 'WITH NOCHECK')
  return { kind: 'alter table', table, change: tableChange(cursor) }
}

function tableChange(cursor: Cursor): TableChange {
  if (accept(cursor, 'ADD')) return { kind: 'add', ...tableElements(cursor) }
  const verb = acceptOneOf(cursor, 'DROP', 'ALTER')
  if (verb !== 'DROP')
    throw outsideSubset(cursor, `ALTER TABLE … ${verb ?? ''} ${peek(cursor).value.toUpperCase()}`)
  const isColumn = accept(cursor, 'COLUMN')
  if (!isColumn) accept(cursor, 'CONSTRAINT')
  const ifExists = accept(cursor, 'IF', 'EXISTS')
  return { kind: isColumn ? 'drop column' : 'drop constraint', names: list(cursor, name), ifExists }
}

/** Reads CREATE INDEX, from the word after CREATE on. */
export function createIndex(cursor: Cursor): Parsed {
  const unique = accept(cursor, 'UNIQUE')
  const clustered = clustering(cursor)
  expect(cursor, 'INDEX')
  const indexName = name(cursor)
  expect(cursor, 'ON')
  const table = path(cursor)
  const columns = indexColumns(cursor)
  const included = accept(cursor, 'INCLUDE') ? inBrackets(cursor, () => list(cursor, name)) : []
  if (isWord(cursor, 'WHERE')) throw outsideSubset(cursor, 'an index with a WHERE')
  if (isWord(cursor, 'WITH')) throw outsideSubset(cursor, 'the options of an index')
  const parts = { name: indexName, columns, included, ...clustered }
  const index = unique
    ? { kind: 'key' as const, primary: false, isIndex: true as const, ...parts }
    : { kind: 'index' as const, ...parts }
  return { kind: 'create index', table, index }
}

export function startsIndex(cursor: Cursor): boolean {
  return ['UNIQUE', 'CLUSTERED', 'NONCLUSTERED', 'INDEX'].some((word) => isWord(cursor, word))
}

export function dropIndex(cursor: Cursor): Parsed {
  const ifExists = accept(cursor, 'IF', 'EXISTS')
  if (!isName(cursor)) throw outsideSubset(cursor, 'DROP INDEX without a name')
  const index = name(cursor)
  if (!accept(cursor, 'ON')) throw outsideSubset(cursor, 'DROP INDEX without ON')
  const table = path(cursor)
  if (accept(cursor, ',')) throw outsideSubset(cursor, 'DROP INDEX of several indexes')
  return { kind: 'drop index', table, index, ifExists }
}
