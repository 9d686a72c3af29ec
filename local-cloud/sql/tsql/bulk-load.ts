// Reads INSERT BULK, which no person writes: drivers send it before the rows of a bulk load.
import {
  accept,
  acceptOneOf,
  type Cursor,
  inBrackets,
  isSymbol,
  list,
  name,
  outsideSubset,
  path,
  peek,
} from './cursor.ts'
import type { BulkOption, Parsed } from './syntax.ts'
import { typeInDeclaration } from './types.ts'

const COLLATION = 'SQL_LATIN1_GENERAL_CP1_CI_AS'

export function insertBulk(cursor: Cursor): Parsed {
  const isFirst = cursor.at === 2
  const table = path(cursor)
  const columns = inBrackets(cursor, () => list(cursor, column))
  const options = accept(cursor, 'WITH') ? inBrackets(cursor, () => list(cursor, option)) : []
  const isLast = peek(cursor, isSymbol(cursor, ';') ? 1 : 0).kind === 'end'
  if (!isFirst || !isLast) throw outsideSubset(cursor, 'INSERT BULK beside other statements')
  return { kind: 'insert bulk', table, columns, options }
}

function column(cursor: Cursor) {
  const called = name(cursor)
  const type = typeInDeclaration(cursor)
  if (accept(cursor, 'COLLATE') && !accept(cursor, COLLATION)) {
    throw outsideSubset(cursor, `the collation ${peek(cursor).value}`)
  }
  return { name: called, type }
}

function option(cursor: Cursor): BulkOption {
  const known = acceptOneOf(cursor, 'CHECK_CONSTRAINTS', 'FIRE_TRIGGERS', 'KEEP_NULLS', 'TABLOCK')
  if (!known) throw outsideSubset(cursor, `the option ${peek(cursor).value} of a bulk load`)
  return known
}
