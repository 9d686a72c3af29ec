// Answers the requests of a client that has logged in, one after the other.
import { runBatch } from '../engine/execution/batch.ts'
import { resetSession, type Session } from '../engine/execution/session.ts'
import { SqlError } from '../model/errors.ts'
import type { Outcome } from '../model/results.ts'
import type { Client, Incoming } from '../tds/client.ts'
import { messageType } from '../tds/packets.ts'
import { requestFrom } from '../tds/requests.ts'
import { batchResponse, procedureResponse } from '../tds/responses.ts'
import { change, done, doneStatus, doneToken } from '../tds/tokens.ts'
import { parse } from '../tsql/parser.ts'
import { applyBeforeResponse, sendOrCut } from './faults.ts'
import { type SqlRequest, sqlOf } from './requests.ts'
import type { ServerState } from './state.ts'

export async function serveRequests(client: Client, session: Session, state: ServerState): Promise<void> {
  try {
    for (let message = await client.next(); message; message = await client.next()) {
      await answer(message, client, session, state)
    }
  } finally {
    resetSession(session)
    state.lock.release(session)
  }
}

async function answer(
  message: Incoming,
  client: Client,
  session: Session,
  state: ServerState,
): Promise<void> {
  if (message.type === messageType.attention) {
    // The cancelled request has been answered by now; this acknowledges the attention itself.
    client.send(done(doneToken.batch, doneStatus.attention))
    return
  }
  if (message.isIgnored) {
    client.send(done(doneToken.batch, doneStatus.error))
    return
  }
  const reset = message.resets ? resetTokens(session, state) : Buffer.alloc(0)
  try {
    const request = sqlOf(requestFrom(message))
    await answerRequest(request, reset, message.signal, client, session, state)
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    client.send(Buffer.concat([reset, batchResponse([{ kind: 'error', error }])]))
  }
}

function resetTokens(session: Session, state: ServerState): Buffer {
  resetSession(session)
  state.lock.release(session)
  return change.reset()
}

async function answerRequest(
  request: SqlRequest,
  reset: Buffer,
  signal: AbortSignal,
  client: Client,
  session: Session,
  state: ServerState,
): Promise<void> {
  const counts = !onlySetsOptions(request.sql)
  if (counts) remember(request.sql, state)
  const complete = counts ? state.activity.begin(request.sql, session.principal.name) : () => {}
  const fault = counts ? state.faults.take(request.sql) : undefined
  const continues = await applyBeforeResponse(fault, client, signal)
  const outcomes = continues ? await run(request, fault, signal, session, state) : undefined
  complete(outcomes ? outcomeOf(outcomes) : 'no answer')
  if (outcomes) {
    const tokens = request.isProcedure ? procedureResponse(outcomes) : batchResponse(outcomes)
    sendOrCut(fault, client, Buffer.concat([reset, tokens]))
  } else {
    client.send(done(doneToken.batch, doneStatus.error))
  }
}

function outcomeOf(outcomes: Outcome[]): string {
  const failed = outcomes.find((outcome) => outcome.kind === 'error')
  if (failed) return `error ${failed.error.number}`
  const result = outcomes.findLast((outcome) => outcome.kind === 'rows')
  return result ? `${result.rows.length} ${result.rows.length === 1 ? 'row' : 'rows'}` : 'done'
}

// Drivers set their options when they log in. That is part of the login: neither counted nor hit by a fault.
function onlySetsOptions(sql: string): boolean {
  try {
    return parse(sql).every((statement) => statement.kind === 'set option')
  } catch {
    return false
  }
}

const REMEMBERED_REQUESTS = 1_000

function remember(sql: string, state: ServerState): void {
  state.queryCount += 1
  state.requests.push(sql)
  if (state.requests.length > REMEMBERED_REQUESTS) state.requests.shift()
}

// Resolves with undefined when the client cancels the request before its turn comes.
async function run(
  request: SqlRequest,
  fault: ReturnType<ServerState['faults']['take']>,
  signal: AbortSignal,
  session: Session,
  state: ServerState,
): Promise<Outcome[] | undefined> {
  if (fault?.kind === 'fail') {
    const message = fault.message ?? `Error ${fault.status}, which this test asked for.`
    return [{ kind: 'error', error: new SqlError(fault.status, message) }]
  }
  try {
    await state.lock.acquire(session, signal)
  } catch {
    return undefined
  }
  const before = session.transactionCount
  const outcomes = runBatch(session, request.sql, request.variables)
  if (request.isProcedure && session.transactionCount !== before) outcomes.push(unbalanced(before, session))
  if (session.transactionCount === 0) state.lock.release(session)
  return outcomes
}

// SQL Server reports an error for each sp_executesql that leaves a transaction open or ends one that it did not begin.
function unbalanced(before: number, { transactionCount: now }: Session): Outcome {
  const counts = `Previous count = ${before}, current count = ${now}.`
  const words =
    'Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements.'
  return { kind: 'error', error: new SqlError(266, `${words} ${counts}`, { state: 2 }) }
}
