// Reads the statements about transactions. Their names are for people, but for those of savepoints.
import {
  accept,
  acceptOneOf,
  type Cursor,
  isName,
  isWord,
  name,
  next,
  outsideSubset,
  peek,
  unexpected,
} from './cursor.ts'
import type { Parsed } from './syntax.ts'

/** Reads BEGIN, COMMIT, ROLLBACK and SAVE TRANSACTION, if one of them stands here. */
export function transaction(cursor: Cursor): Parsed | undefined {
  if (isWord(cursor, 'BEGIN') && isTransaction(cursor, 1)) {
    next(cursor)
    next(cursor)
    const called = transactionName(cursor)
    if (accept(cursor, 'WITH', 'MARK')) throw outsideSubset(cursor, 'marked transactions')
    return { kind: 'begin', name: called }
  }
  if (isWord(cursor, 'SAVE') && isTransaction(cursor, 1)) {
    next(cursor)
    next(cursor)
    const savepoint = transactionName(cursor)
    if (!savepoint) throw unexpected(cursor)
    return { kind: 'save', name: savepoint }
  }
  const end = acceptOneOf(cursor, 'COMMIT', 'ROLLBACK')
  if (!end) return undefined
  if (accept(cursor, 'WORK'))
    return end === 'COMMIT' ? { kind: 'commit' } : { kind: 'rollback', name: undefined }
  const called = isTransaction(cursor, 0) && next(cursor) ? transactionName(cursor) : undefined
  if (isWord(cursor, 'WITH')) throw outsideSubset(cursor, 'delayed durability')
  return end === 'COMMIT' ? { kind: 'commit' } : { kind: 'rollback', name: called }
}

function isTransaction(cursor: Cursor, ahead: number): boolean {
  return isWord(cursor, 'TRAN', ahead) || isWord(cursor, 'TRANSACTION', ahead)
}

// A name ends the statement, or the next one begins on the words that only statements begin with.
function transactionName(cursor: Cursor): string | undefined {
  if (peek(cursor).kind === 'variable') throw outsideSubset(cursor, 'the name of a transaction in a variable')
  const startsStatement = isWord(cursor, 'THROW') || isWord(cursor, 'DISTRIBUTED')
  return isName(cursor) && !startsStatement ? name(cursor) : undefined
}
