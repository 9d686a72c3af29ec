// The tasks of a database process.
import { createCatalog } from '../engine/catalog/database.ts'
import { principalOf } from '../engine/catalog/users.ts'
import { runBatch, runBulkLoad, runProcedure } from '../engine/execution/batch.ts'
import {
  resetSession,
  type Session,
  type SessionState,
  sessionWith,
  stateOf,
} from '../engine/execution/session.ts'
import type { Store } from '../engine/storage/store.ts'
import type { Variable } from '../engine/translation/context.ts'
import { SqlError } from '../model/errors.ts'
import type { Outcome } from '../model/results.ts'
import { bulkRowsFrom } from '../tds/bulk-load.ts'
import { batchResponse, procedureResponse } from '../tds/responses.ts'
import { parse, parseParameters } from '../tsql/parser.ts'
import type { SqlRequest, Tasks } from './messages.ts'
import { rowsOf } from './rows.ts'
import { declareVariables, returnedBy } from './variables.ts'

export function createTasks(store: Store): Tasks {
  /** Runs some work in a session, whose state comes with the task and goes back with its result. */
  function inSession<Result>(state: SessionState, work: (session: Session) => Result) {
    const session = sessionWith(state, store)
    store.waitForLocks(state.lockTimeout)
    const before = store.changes()
    const result = work(session)
    return { ...result, session: stateOf(session), changes: store.changes() - before }
  }

  return {
    create: ({ administrator }) => createCatalog(store, administrator),

    signIn: ({ owner, administrator, tenantId }) => principalOf(store, owner, administrator, tenantId),

    run: ({ session: state, request }) =>
      inSession(state, (session) => {
        const variables = new Map<string, Variable>()
        const outcomes = outcomesOf(request, session, variables)
        const tokens = request.isProcedure
          ? procedureResponse(outcomes, returnedBy(request, variables))
          : batchResponse(outcomes)
        return { tokens, outcome: describe(outcomes) }
      }),

    rows: ({ session: state, sql }) => inSession(state, (session) => rowsOf(runBatch(session, sql))),

    end: ({ session: state }) => resetSession(sessionWith(state, store)),
  }
}

function outcomesOf(request: SqlRequest, session: Session, variables: Map<string, Variable>): Outcome[] {
  try {
    if (request.load) return loaded(request.load, session)
    if (request.onlyChecked) return prepared(request)
    declareVariables(request, variables)
  } catch (error) {
    if (error instanceof SqlError) return [{ kind: 'error', error }]
    throw error
  }
  const before = session.transactionCount
  const run = request.isProcedure ? runProcedure : runBatch
  const outcomes = run(session, request.sql, variables)
  const isBalanced = session.transactionCount === before || session.implicitTransactions
  if (request.isProcedure && !isBalanced) outcomes.push(unbalanced(before, session))
  return outcomes
}

function loaded({ into, rows }: NonNullable<SqlRequest['load']>, session: Session): Outcome[] {
  return runBulkLoad(session, into, bulkRowsFrom(Buffer.from(rows.buffer, rows.byteOffset, rows.length)))
}

// A syntax error comes now, others when the statement runs.
function prepared({ sql, parameters }: SqlRequest): Outcome[] {
  try {
    parse(sql)
    if (parameters?.declaration) parseParameters(parameters.declaration)
    return []
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const failure = new SqlError(8180, 'Statement(s) could not be prepared.')
    return [error, failure].map((each) => ({ kind: 'error', error: each }))
  }
}

// SQL Server reports an error for each sp_executesql that leaves a transaction open or ends one that it did not begin.
function unbalanced(before: number, { transactionCount: now }: Session): Outcome {
  const counts = `Previous count = ${before}, current count = ${now}.`
  const words =
    'Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements.'
  return { kind: 'error', error: new SqlError(266, `${words} ${counts}`, { state: 2 }) }
}

function describe(outcomes: Outcome[]): string {
  const failed = outcomes.find((outcome) => outcome.kind === 'error')
  if (failed) return `error ${failed.error.number}`
  const result = outcomes.findLast((outcome) => outcome.kind === 'rows')
  return result ? `${result.rows.length} ${result.rows.length === 1 ? 'row' : 'rows'}` : 'done'
}
