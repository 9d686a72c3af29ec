// Runs a batch: statement by statement, and past an error as far as SQL Server would go on.
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import { lineAt } from '../../tsql/lexer.ts'
import { parse } from '../../tsql/parser.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { translateCondition } from '../translation/conditions.ts'
import { runTranslated, type Variable } from '../translation/context.ts'
import { reading, rollback, type Session } from './session.ts'
import { contextOf, runStatement } from './statements.ts'

interface Batch {
  session: Session
  sql: string
  variables: Map<string, Variable>
  outcomes: Outcome[]
}

/** Parses and runs a batch. What goes wrong is an outcome too: nothing is thrown. */
export function runBatch(session: Session, sql: string, variables = new Map<string, Variable>()): Outcome[] {
  const batch: Batch = { session, sql, variables, outcomes: [] }
  session.scopeIdentity = null
  try {
    parse(sql).every((statement) => continues(statement, batch))
  } catch (error) {
    // A syntax error: no statement of the batch runs, not even the first.
    batch.outcomes.push({ kind: 'error', error: sqlErrorFrom(error, sql) })
  }
  return batch.outcomes
}

// Runs a statement; returns whether the batch continues after it.
function continues(statement: Statement, batch: Batch): boolean {
  if (statement.kind === 'block') return statement.statements.every((inner) => continues(inner, batch))
  try {
    if (statement.kind === 'if') {
      const holds = reading(batch.session, () => isTrue(statement, batch))
      const branch = holds ? statement.onTrue : statement.onFalse
      return branch === undefined || continues(branch, batch)
    }
    batch.session.rowCount = runStatement(batch.session, statement, batch.variables, batch.outcomes)
    return true
  } catch (error) {
    const failure = sqlErrorFrom(error, statement.text)
    failure.line = lineAt(batch.sql, statement.start)
    return continuesAfter(failure, batch)
  }
}

function isTrue(statement: Extract<Statement, { kind: 'if' }>, { session, variables }: Batch): boolean {
  const context = contextOf(session, statement, variables)
  const [[value] = []] = runTranslated(`SELECT ${translateCondition(statement.condition, context)}`, context)
  return value === 1n
}

// After these the next statement of the batch still runs, unless XACT_ABORT is on. After any other it does not.
const endsOnlyStatement = [
  220, 229, 232, 262, 515, 537, 544, 545, 547, 1505, 1779, 1913, 2601, 2627, 2628, 2705, 2714, 3701, 3725,
  3726, 3728, 4701, 4712, 4901, 4902, 8102, 8106, 8107, 8115, 8134, 15023, 15063, 15151, 15247,
]
/** Failed conversions take the open transaction with them, whatever XACT_ABORT says. */
const rollsBack = [241, 242, 244, 245, 248, 8114, 8169]

function continuesAfter(error: SqlError, { session, outcomes }: Batch): boolean {
  outcomes.push({ kind: 'error', error })
  session.rowCount = 0
  if (session.transactionCount > 0 && (session.xactAbort || rollsBack.includes(error.number))) {
    rollback(session, outcomes)
  }
  return !session.xactAbort && endsOnlyStatement.includes(error.number)
}

function sqlErrorFrom(error: unknown, statement: string): SqlError {
  if (error instanceof SqlError) return error
  const words = error instanceof Error ? error.message : String(error)
  return new SqlError(NOT_IMITATED, `The local database failed. ${words} The statement: ${statement}`)
}
