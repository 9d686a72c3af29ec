// Runs statements one after the other, and what decides which of them run: IF, WHILE, TRY and CATCH.
import { NOT_IMITATED, RaisedError, SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import { lineAt } from '../../tsql/lexer.ts'
import type { Condition, Statement } from '../../tsql/syntax.ts'
import { translateCondition } from '../translation/conditions.ts'
import { runTranslated, type Variable } from '../translation/context.ts'
import { continuesAfter, dooms, isCaught } from './error-rules.ts'
import { reading, rollback, type Session } from './session.ts'
import { contextOf, runStatement } from './statements.ts'

export interface Batch {
  session: Session
  sql: string
  variables: Map<string, Variable>
  outcomes: Outcome[]
  /** How many TRY blocks are being run: an error goes to the innermost. */
  tries: number
}

/** What comes after a statement: the next one, or the end of the batch or of a loop. */
type Flow = 'next' | 'stop' | 'break' | 'continue'

export function runStatements(statements: Statement[], batch: Batch): Flow {
  for (const statement of statements) {
    const flow = runAny(statement, batch)
    if (flow !== 'next') return flow
  }
  return 'next'
}

function runAny(statement: Statement, batch: Batch): Flow {
  switch (statement.kind) {
    case 'block':
      return runStatements(statement.statements, batch)
    case 'try':
      return runTry(statement, batch)
    case 'while':
      return runLoop(statement, batch)
    case 'return':
      return 'stop'
    case 'break':
    case 'continue':
      return statement.kind
    case 'if': {
      const holds = evaluate(statement.condition, statement, batch)
      if (holds === 'stop') return holds
      const branch = holds ? statement.onTrue : statement.onFalse
      return branch ? runAny(branch, batch) : 'next'
    }
    default:
      return guarded(statement, batch, () => {
        batch.session.rowCount = runStatement(batch.session, statement, batch.variables, batch.outcomes)
        return 'next'
      })
  }
}

function runLoop(statement: Extract<Statement, { kind: 'while' }>, batch: Batch): Flow {
  for (;;) {
    const holds = evaluate(statement.condition, statement, batch)
    if (holds === 'stop') return holds
    if (!holds) return 'next'
    const flow = runAny(statement.body, batch)
    if (flow === 'stop') return flow
    if (flow === 'break') return 'next'
  }
}

function evaluate(condition: Condition, statement: Statement, batch: Batch): boolean | 'stop' {
  const { session, variables } = batch
  let holds = false
  const flow = guarded(statement, batch, () => {
    const context = contextOf(session, statement, variables)
    const [[value] = []] = reading(session, () =>
      runTranslated(`SELECT ${translateCondition(condition, context)}`, context),
    )
    holds = value === 1n
    return 'next'
  })
  // A condition that fails, but does not end the batch, is as good as false.
  return flow === 'stop' ? flow : holds
}

// https://learn.microsoft.com/sql/t-sql/language-elements/try-catch-transact-sql
function runTry({ body, handler }: Extract<Statement, { kind: 'try' }>, batch: Batch): Flow {
  const { session } = batch
  const outer = session.caught
  try {
    batch.tries += 1
    try {
      return runStatements(body, batch)
    } finally {
      batch.tries -= 1
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    session.isDoomed ||= session.transactionCount > 0 && dooms(error, session)
    session.caught = error
    return runStatements(handler, batch)
  } finally {
    session.caught = outer
  }
}

/** Runs some work. An error goes to the TRY around it; without one it goes to the client. */
export function guarded(statement: Statement, batch: Batch, work: () => Flow): Flow {
  const { session, outcomes } = batch
  try {
    const flow = work()
    session.errorNumber = 0
    return flow
  } catch (cause) {
    const error = sqlErrorFrom(cause, statement.text)
    if (!(error instanceof RaisedError && error.isThrownAgain))
      error.line = lineAt(batch.sql, statement.start)
    session.errorNumber = error.number
    session.rowCount = 0
    if (batch.tries > 0 && isCaught(error)) throw error
    outcomes.push({ kind: 'error', error })
    if (session.transactionCount > 0 && !session.isDoomed && dooms(error, session))
      rollback(session, outcomes)
    return continuesAfter(error, session) ? 'next' : 'stop'
  }
}

export function sqlErrorFrom(error: unknown, statement: string): SqlError {
  if (error instanceof SqlError) return error
  const words = error instanceof Error ? error.message : String(error)
  return new SqlError(NOT_IMITATED, `The local database failed. ${words} The statement: ${statement}`)
}
