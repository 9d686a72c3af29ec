// The entrance to the language: reads a batch, the declaration of parameters, or the name of an object.
import { SqlError } from '../model/errors.ts'
import type { SqlType } from '../model/types.ts'
import { condition } from './conditions.ts'
import {
  accept,
  acceptOneOf,
  type Cursor,
  cursorOn,
  expect,
  type Grammar,
  isName,
  isSymbol,
  isWord,
  list,
  outsideSubset,
  path,
  peek,
  startsQuery,
  tokenInError,
  unexpected,
  variable,
} from './cursor.ts'
import { expression } from './expressions.ts'
import { block, ifElse, returnStatement, tryCatch, whileLoop } from './flow.ts'
import { lineAt } from './lexer.ts'
import { print, raiseError, throwStatement } from './messages.ts'
import { query, selectStatement } from './query.ts'
import type { Condition, Expression, Parsed, Query, Statement } from './syntax.ts'
import {
  alterTable,
  createIndex,
  createTable,
  dropIndex,
  dropTable,
  startsIndex,
  truncateTable,
} from './tables.ts'
import { transaction } from './transactions.ts'
import { typeInDeclaration } from './types.ts'
import { createUser, dropUser, permission } from './users.ts'
import { declare, set } from './variables.ts'
import { createView, dropView } from './views.ts'
import { deleteFrom, insert, update } from './writes.ts'

const grammar: Grammar = { expression, condition, query, statement }

/**
 * Reads all statements of a batch.
 *
 * @throws SqlError 102 or 156 for what is no T-SQL, and one with the text of the statement for T-SQL outside the subset
 */
export function parse(sql: string): Statement[] {
  const cursor = cursorOn(sql, grammar)
  const statements: Statement[] = []
  try {
    while (peek(cursor).kind !== 'end') {
      if (accept(cursor, ';')) cursor.statementStart = peek(cursor).start
      else statements.push(statement(cursor))
    }
  } catch (error) {
    if (error instanceof SqlError) error.line = lineAt(sql, tokenInError(cursor).start)
    throw error
  }
  return statements
}

/** Reads the second argument of sp_executesql: `@name nvarchar(100), @size int OUTPUT`. */
export function parseParameters(declaration: string): Map<string, { type: SqlType; isOutput: boolean }> {
  const cursor = cursorOn(declaration, grammar)
  const types = list(cursor, () => {
    const name = variable(cursor)
    accept(cursor, 'AS')
    const type = typeInDeclaration(cursor)
    const isOutput = acceptOneOf(cursor, 'OUTPUT', 'OUT') !== undefined
    return [name.toLowerCase(), { type, isOutput }] as const
  })
  if (peek(cursor).kind !== 'end') throw unexpected(cursor)
  return new Map(types)
}

/** Takes the name of an object apart that is given as text: `N'dbo.Products'`, `N'[dbo].[Products]'`. */
export function parsePath(text: string): string[] {
  return path(cursorOn(text, grammar))
}

/** Reads the condition of a CHECK, which the catalog keeps as it was written. */
export function parseCondition(text: string): Condition {
  return condition(cursorOn(text, grammar))
}

/** Reads the query of a view. */
export function parseQuery(text: string): Query {
  return query(cursorOn(text, grammar))
}

/** Reads the value of a DEFAULT. */
export function parseExpression(text: string): Expression {
  return expression(cursorOn(text, grammar))
}

function statement(cursor: Cursor): Statement {
  const { start } = peek(cursor)
  const parsed = anyStatement(cursor)
  return { ...parsed, text: cursor.sql.slice(start, peek(cursor, -1).end), start } as Statement
}

function anyStatement(cursor: Cursor): Parsed {
  if (startsQuery(cursor) || startsCommonTable(cursor)) return selectStatement(cursor)
  if (accept(cursor, 'INSERT')) return insert(cursor)
  if (accept(cursor, 'UPDATE')) return update(cursor)
  if (accept(cursor, 'DELETE')) return deleteFrom(cursor)
  const view = createView(cursor)
  if (view) return view
  if (isWord(cursor, 'CREATE') || isWord(cursor, 'DROP')) return definition(cursor)
  if (accept(cursor, 'ALTER', 'TABLE')) return alterTable(cursor)
  if (accept(cursor, 'TRUNCATE', 'TABLE')) return truncateTable(cursor)
  if (isWord(cursor, 'GRANT') || isWord(cursor, 'DENY') || isWord(cursor, 'REVOKE')) return permission(cursor)
  if (accept(cursor, 'DECLARE')) return declare(cursor)
  if (accept(cursor, 'SET')) return set(cursor)
  return transaction(cursor) ?? flowOrMessage(cursor)
}

function flowOrMessage(cursor: Cursor): Parsed {
  if (accept(cursor, 'IF')) return ifElse(cursor)
  if (accept(cursor, 'WHILE')) return whileLoop(cursor)
  if (accept(cursor, 'BEGIN', 'TRY')) return tryCatch(cursor)
  if (
    isWord(cursor, 'BEGIN') &&
    !['DISTRIBUTED', 'DIALOG', 'CONVERSATION'].some((word) => isWord(cursor, word, 1))
  ) {
    expect(cursor, 'BEGIN')
    return block(cursor)
  }
  if (accept(cursor, 'BREAK')) return { kind: 'break' }
  if (accept(cursor, 'CONTINUE')) return { kind: 'continue' }
  if (accept(cursor, 'RETURN')) return returnStatement(cursor)
  if (accept(cursor, 'THROW')) return throwStatement(cursor)
  if (accept(cursor, 'RAISERROR')) return raiseError(cursor)
  if (accept(cursor, 'PRINT')) return print(cursor)
  const verb = acceptOneOf(cursor, 'BEGIN', 'ALTER')
  if (verb) throw outsideSubset(cursor, `${verb} ${peek(cursor).value.toUpperCase()}`)
  if (isName(cursor) && isSymbol(cursor, ':', 1)) throw outsideSubset(cursor, 'a label')
  throw procedureCall(cursor) ?? unexpected(cursor)
}

function definition(cursor: Cursor): Parsed {
  if (accept(cursor, 'CREATE', 'TABLE')) return createTable(cursor)
  if (accept(cursor, 'CREATE', 'USER')) return createUser(cursor)
  if (accept(cursor, 'DROP', 'TABLE')) return dropTable(cursor)
  if (accept(cursor, 'DROP', 'USER')) return dropUser(cursor)
  if (accept(cursor, 'DROP', 'INDEX')) return dropIndex(cursor)
  if (accept(cursor, 'DROP', 'VIEW')) return dropView(cursor)
  const verb = acceptOneOf(cursor, 'CREATE', 'DROP') ?? ''
  if (verb === 'CREATE' && startsIndex(cursor)) return createIndex(cursor)
  throw outsideSubset(cursor, `${verb} ${peek(cursor).value.toUpperCase()}`)
}

// Only at the beginning of a statement: behind a table, WITH would bring hints such as NOLOCK.
function startsCommonTable(cursor: Cursor): boolean {
  return isWord(cursor, 'WITH') && (cursor.at === 0 || isSymbol(cursor, ';', -1))
}

// A batch may begin with the name of a procedure. Of the procedures that SQL Server brings along there is none here.
function procedureCall(cursor: Cursor): SqlError | undefined {
  if (cursor.at > 0 || !isName(cursor)) return undefined
  const called = path(cursor).join('.')
  if (/^((\w+\.)?sys\.)?[sx]p_/i.test(called)) return outsideSubset(cursor, `the procedure ${called}`)
  const isAlone = peek(cursor).kind === 'end' || isSymbol(cursor, ';')
  cursor.at = 0
  return isAlone
    ? new SqlError(2812, `Could not find stored procedure '${called}'.`, { state: 62 })
    : undefined
}
