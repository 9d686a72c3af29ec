// Reads hints: those that change no answer are read over, the others are refused.
// https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql
import {
  accept,
  type Cursor,
  inBrackets,
  isSymbol,
  isWord,
  list,
  next,
  outsideSubset,
  peek,
  unexpected,
} from './cursor.ts'

const tableHints = ['NOLOCK', 'READUNCOMMITTED', 'READCOMMITTED']

/** Reads `WITH (NOLOCK)` behind a table. */
export function readTableHints(cursor: Cursor): void {
  if (!isWord(cursor, 'WITH') || !isSymbol(cursor, '(', 1)) return
  accept(cursor, 'WITH')
  inBrackets(cursor, () =>
    list(cursor, () => {
      const hint = peek(cursor).value.toUpperCase()
      if (!tableHints.includes(hint)) throw outsideSubset(cursor, `the hint ${hint}`)
      next(cursor)
    }),
  )
}

/** How many steps a common table expression may take. */
const MOST_STEPS = 100

/** Reads `OPTION (…)` behind a query, and gives what it says of MAXRECURSION. */
export function queryHints(cursor: Cursor): number {
  let mostSteps = MOST_STEPS
  if (!accept(cursor, 'OPTION')) return mostSteps
  inBrackets(cursor, () =>
    list(cursor, () => {
      if (accept(cursor, 'MAXRECURSION')) mostSteps = wholeNumber(cursor)
      else if (accept(cursor, 'MAXDOP')) wholeNumber(cursor)
      else if (!isHarmless(cursor))
        throw outsideSubset(cursor, `OPTION (${peek(cursor).value.toUpperCase()})`)
    }),
  )
  return mostSteps
}

function isHarmless(cursor: Cursor): boolean {
  return (
    accept(cursor, 'RECOMPILE') ||
    accept(cursor, 'FORCE', 'ORDER') ||
    accept(cursor, 'OPTIMIZE', 'FOR', 'UNKNOWN')
  )
}

function wholeNumber(cursor: Cursor): number {
  if (peek(cursor).kind !== 'number') throw unexpected(cursor)
  return Number(next(cursor).value)
}
