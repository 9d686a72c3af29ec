// Where the parser stands in a batch, and the small steps it takes from there.
import { notImitated, type SqlError, syntaxError, syntaxErrorNearKeyword } from '../model/errors.ts'
import { isReserved, unsupportedIn } from './keywords.ts'
import { type Token, tokensOf } from './lexer.ts'
import type { Condition, Expression, Query, Statement } from './syntax.ts'

/**
 * The parts of the language that an expression may hold, though they are made of expressions themselves: CASE WHEN has a
 * condition, brackets may hold a query, an IF holds statements. They come with the cursor, so that no file has to import one that imports it.
 */
export interface Grammar {
  expression(cursor: Cursor): Expression
  condition(cursor: Cursor): Condition
  query(cursor: Cursor): Query
  statement(cursor: Cursor): Statement
}

export interface Cursor {
  grammar: Grammar
  sql: string
  tokens: Token[]
  at: number
  /**
   * Where the statement that is being read begins, for errors that show it. That is after the last semicolon: only then is
   * it sure that a word such as UNION does not go on with the statement before.
   */
  statementStart: number
}

export function cursorOn(sql: string, grammar: Grammar): Cursor {
  return { grammar, sql, tokens: tokensOf(sql), at: 0, statementStart: 0 }
}

export function peek(cursor: Cursor, ahead = 0): Token {
  const last = cursor.tokens.length - 1
  return cursor.tokens[Math.min(cursor.at + ahead, last)] as Token
}

export function next(cursor: Cursor): Token {
  const token = peek(cursor)
  cursor.at += 1
  return token
}

export function isWord(cursor: Cursor, word: string, ahead = 0): boolean {
  const token = peek(cursor, ahead)
  return token.kind === 'word' && token.value.toUpperCase() === word
}

export function isSymbol(cursor: Cursor, symbol: string, ahead = 0): boolean {
  const token = peek(cursor, ahead)
  return token.kind === 'symbol' && token.value === symbol
}

/** Steps over these words or symbols if they stand here, all of them in this order. */
export function accept(cursor: Cursor, ...expected: string[]): boolean {
  const all = expected.every((text, ahead) => isWord(cursor, text, ahead) || isSymbol(cursor, text, ahead))
  if (all) cursor.at += expected.length
  return all
}

export function expect(cursor: Cursor, ...expected: string[]): void {
  for (const text of expected) if (!accept(cursor, text)) throw unexpected(cursor)
}

/** Takes one of these words, and says which. */
export function acceptOneOf<Word extends string>(cursor: Cursor, ...words: Word[]): Word | undefined {
  return words.find((word) => accept(cursor, word))
}

export function isText(cursor: Cursor): boolean {
  return ['text', 'unicode text'].includes(peek(cursor).kind)
}

/** Whether a name stands here: in brackets, or a word that is not reserved. */
export function isName(cursor: Cursor): boolean {
  const token = peek(cursor)
  return token.kind === 'name' || (token.kind === 'word' && !isReserved(token.value))
}

export function name(cursor: Cursor): string {
  if (!isName(cursor)) throw unexpected(cursor)
  return next(cursor).value
}

/** Takes a name with what it belongs to: `dbo.Products`, or `shop..Products`, which leaves the schema out. */
export function path(cursor: Cursor): string[] {
  if (peek(cursor).kind === 'variable')
    throw outsideSubset(cursor, `the table variable ${peek(cursor).value}`)
  const names = [name(cursor)]
  while (accept(cursor, '.')) names.push(isSymbol(cursor, '.') ? '' : name(cursor))
  return names
}

export function variable(cursor: Cursor): string {
  if (peek(cursor).kind !== 'variable') throw unexpected(cursor)
  return next(cursor).value
}

/** Takes one or more of something, with commas between them. */
export function list<Item>(cursor: Cursor, item: (cursor: Cursor) => Item): Item[] {
  const items = [item(cursor)]
  while (accept(cursor, ',')) items.push(item(cursor))
  return items
}

/** Whether a query stands here, perhaps one that begins with a bracket, as an expression may: `(SELECT 1) + 1`. */
export function startsQuery(cursor: Cursor): boolean {
  let ahead = 0
  while (isSymbol(cursor, '(', ahead)) ahead += 1
  return isWord(cursor, 'SELECT', ahead)
}

/** Reads what stands in brackets: a query, or what `otherwise` reads if it is none. */
export function queryInBracketsOr<Item>(
  cursor: Cursor,
  query: (cursor: Cursor) => Item,
  otherwise: (cursor: Cursor) => Item,
): Item {
  if (isWord(cursor, 'SELECT', 1)) return query(cursor)
  return startsQuery(cursor) ? either(cursor, query, otherwise) : otherwise(cursor)
}

export function inBrackets<Item>(cursor: Cursor, item: (cursor: Cursor) => Item): Item {
  expect(cursor, '(')
  const result = item(cursor)
  expect(cursor, ')')
  return result
}

/** Reads something, and gives it as it was written. */
export function textOf(cursor: Cursor, read: (cursor: Cursor) => unknown): string {
  const { start } = peek(cursor)
  read(cursor)
  return cursor.sql.slice(start, peek(cursor, -1).end)
}

/** Reads one of two alternatives. When both fail, the error of the one that got further is reported. */
export function either<Item>(
  cursor: Cursor,
  first: (cursor: Cursor) => Item,
  second: (cursor: Cursor) => Item,
): Item {
  const { at } = cursor
  try {
    return first(cursor)
  } catch (error) {
    const firstAt = cursor.at
    cursor.at = at
    try {
      return second(cursor)
    } catch (secondError) {
      throw firstAt > cursor.at ? error : secondError
    }
  }
}

/** The token that an error is about: at the end of a batch, the last one. */
export function tokenInError(cursor: Cursor): Token {
  const token = peek(cursor)
  return token.kind === 'end' ? peek(cursor, -1) : token
}

/** The error for the token that stands here, where something else should. */
export function unexpected(cursor: Cursor): SqlError {
  const token = peek(cursor)
  const unsupported = token.kind === 'word' && unsupportedIn(token.value, peek(cursor, 1).value)
  if (unsupported) return outsideSubset(cursor, unsupported)
  if (token.kind === 'symbol' && token.value in unsupportedSymbols) {
    return outsideSubset(cursor, `${unsupportedSymbols[token.value]} ${token.value}`)
  }
  if (token.kind === 'money')
    return outsideSubset(cursor, `the type of money literals such as ${token.value}`)
  if (token.kind === 'word' && isReserved(token.value)) return syntaxErrorNearKeyword(token.value)
  const { start, end } = tokenInError(cursor)
  return syntaxError(cursor.sql.slice(start, end))
}

// Operators on bits, assignments that calculate, and what comes before methods, labels and escapes of ODBC.
const unsupportedSymbols: Record<string, string> = {
  ...Object.fromEntries(
    ['&', '|', '^', '~', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='].map((symbol) => [
      symbol,
      'the operator',
    ]),
  ),
  '::': 'the method of a type behind',
  ':': 'a label or a pair with',
  '{': 'an escape of ODBC in',
}

/** The error for T-SQL that SQL Server knows, and this parser does not. */
export function outsideSubset(cursor: Cursor, what: string): SqlError {
  return notImitated(what, cursor.sql.slice(cursor.statementStart).trim())
}
