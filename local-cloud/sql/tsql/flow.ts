// Reads what decides which statements run: IF, WHILE, BEGIN … END, TRY and CATCH.
import { SqlError } from '../model/errors.ts'
import { condition } from './conditions.ts'
import { accept, type Cursor, expect, isSymbol, peek } from './cursor.ts'
import type { Parsed, Statement } from './syntax.ts'

export function ifElse(cursor: Cursor): Parsed {
  const test = condition(cursor)
  const onTrue = cursor.grammar.statement(cursor)
  // A semicolon may stand before the ELSE, but then it must be the ELSE of this IF.
  const hasElse = accept(cursor, ';', 'ELSE') || accept(cursor, 'ELSE')
  const onFalse = hasElse ? cursor.grammar.statement(cursor) : undefined
  return { kind: 'if', condition: test, onTrue, onFalse }
}

export function whileLoop(cursor: Cursor): Parsed {
  return { kind: 'while', condition: condition(cursor), body: cursor.grammar.statement(cursor) }
}

/** Reads the rest of BEGIN … END. */
export function block(cursor: Cursor): Parsed {
  const statements = statementsUntil(cursor, 'END')
  return { kind: 'block', statements }
}

/** Reads the rest of BEGIN TRY … END TRY BEGIN CATCH … END CATCH. */
export function tryCatch(cursor: Cursor): Parsed {
  const body = statementsUntil(cursor, 'END', 'TRY')
  accept(cursor, ';')
  expect(cursor, 'BEGIN', 'CATCH')
  // A handler may be empty, and what fails is forgotten.
  const handler = accept(cursor, 'END', 'CATCH') ? [] : statementsUntil(cursor, 'END', 'CATCH')
  return { kind: 'try', body, handler }
}

function statementsUntil(cursor: Cursor, ...end: string[]): Statement[] {
  const statements: Statement[] = []
  do {
    skipSemicolons(cursor)
    statements.push(cursor.grammar.statement(cursor))
    skipSemicolons(cursor)
  } while (!accept(cursor, ...end))
  return statements
}

function skipSemicolons(cursor: Cursor): void {
  while (accept(cursor, ';')) cursor.statementStart = peek(cursor).start
}

/** Reads what may follow RETURN: nothing, outside of a procedure. */
export function returnStatement(cursor: Cursor): Parsed {
  const { kind } = peek(cursor)
  if (kind === 'number' || kind === 'variable' || isSymbol(cursor, '(') || isSymbol(cursor, '-')) {
    throw new SqlError(178, 'A RETURN statement with a return value cannot be used in this context.', {
      class: 15,
    })
  }
  return { kind: 'return' }
}
