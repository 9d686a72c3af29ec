// Runs a batch, or the statement of sp_executesql.

import type { BulkRows } from '../../model/bulk-rows.ts'
import { SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import { parse } from '../../tsql/parser.ts'
import { temporaryTables } from '../catalog/catalog.ts'
import type { Variable } from '../translation/context.ts'
import { guarded, runStatements, sqlErrorFrom } from './control.ts'
import { type BulkLoad, dropTemporaryTables, rollback, type Session } from './session.ts'
import { load } from './statements.ts'

/** Parses and runs a batch. What goes wrong is an outcome too: nothing is thrown. */
export function runBatch(session: Session, sql: string, variables = new Map<string, Variable>()): Outcome[] {
  const outcomes: Outcome[] = []
  try {
    runStatements(parse(sql), { session, sql, variables, outcomes, tries: 0 })
  } catch (error) {
    // A syntax error: no statement of the batch runs, not even the first.
    outcomes.push({ kind: 'error', error: sqlErrorFrom(error, sql) })
  }
  if (session.isDoomed) outcomes.push(...endDoomed(session))
  return outcomes
}

/** Stores the rows of a bulk load. What goes wrong is an outcome too. */
export function runBulkLoad(session: Session, statement: BulkLoad, rows: BulkRows): Outcome[] {
  const outcomes: Outcome[] = []
  guarded(statement, { session, sql: statement.text, variables: new Map(), outcomes, tries: 0 }, () => {
    session.rowCount = load(session, statement, rows, outcomes)
    return 'next'
  })
  return outcomes
}

function endDoomed(session: Session): Outcome[] {
  const ended: Outcome[] = []
  rollback(session, ended)
  const words =
    'Uncommittable transaction is detected at the end of the batch. The transaction is rolled back.'
  return [...ended, { kind: 'error', error: new SqlError(3998, words) }]
}

/**
 * Runs the statement of sp_executesql. It has a scope of its own: what it sets ends with it.
 * https://learn.microsoft.com/sql/t-sql/statements/set-statements-transact-sql
 */
export function runProcedure(session: Session, sql: string, variables: Map<string, Variable>): Outcome[] {
  const settings = settingsOf(session)
  const kept = session.hasTemporaryTables ? temporaryTables(session.store) : []
  session.scopeIdentity = null
  const outcomes = runBatch(session, sql, variables)
  if (session.hasTemporaryTables) dropTemporaryTables(session, kept)
  Object.assign(session, settings)
  return outcomes
}

function settingsOf({
  xactAbort,
  noCount,
  identityInsert,
  implicitTransactions,
  isolation,
  lockTimeout,
  scopeIdentity,
}: Session) {
  return { xactAbort, noCount, identityInsert, implicitTransactions, isolation, lockTimeout, scopeIdentity }
}
