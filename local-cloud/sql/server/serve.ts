// Answers the requests of a client that has logged in, one after the other.
import type { Fault } from '../../faults.ts'
import type { BulkLoad } from '../engine/execution/session.ts'
import { SqlError } from '../model/errors.ts'
import type { SqlRequest } from '../process/messages.ts'
import type { Client, Incoming } from '../tds/client.ts'
import { messageType } from '../tds/packets.ts'
import { requestFrom } from '../tds/requests.ts'
import { batchResponse } from '../tds/responses.ts'
import { change, done, doneStatus, doneToken } from '../tds/tokens.ts'
import { parse } from '../tsql/parser.ts'
import { applyBeforeResponse, sendOrCut } from './faults.ts'
import { sqlOf } from './requests.ts'
import { type DatabaseSession, endSession, runIn, Stopped } from './session.ts'
import type { ServerState } from './state.ts'

/** A response, and for people to read what came of the request. */
interface Response {
  tokens: Uint8Array
  outcome: string
}

export async function serveRequests(
  client: Client,
  session: DatabaseSession,
  state: ServerState,
): Promise<void> {
  try {
    for (let message = await client.next(); message; message = await client.next()) {
      await answer(message, client, session, state)
    }
  } finally {
    await endSession(session, state.database)
  }
}

async function answer(
  message: Incoming,
  client: Client,
  session: DatabaseSession,
  state: ServerState,
): Promise<void> {
  const awaited = takeBulkLoad(session)
  if (message.type === messageType.attention) {
    // The cancelled request has been answered by now; this acknowledges the attention itself.
    client.send(done(doneToken.batch, doneStatus.attention))
    return
  }
  if (message.isIgnored) {
    client.send(done(doneToken.batch, doneStatus.error))
    return
  }
  const reset = message.resets ? await resetTokens(session, state) : Buffer.alloc(0)
  try {
    const request = sqlOf(requestFrom(message), session, awaited)
    await answerRequest(request, reset, message.signal, client, session, state)
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    client.send(Buffer.concat([reset, failed(error).tokens]))
  }
}

// Rows have to follow INSERT BULK at once: whatever else comes, it is over.
function takeBulkLoad({ state }: DatabaseSession): BulkLoad | undefined {
  const { bulkLoad } = state
  state.bulkLoad = undefined
  return bulkLoad
}

async function resetTokens(session: DatabaseSession, state: ServerState): Promise<Buffer> {
  await endSession(session, state.database)
  return change.reset()
}

async function answerRequest(
  request: SqlRequest,
  reset: Buffer,
  signal: AbortSignal,
  client: Client,
  session: DatabaseSession,
  state: ServerState,
): Promise<void> {
  const counts = request.sql !== '' && !onlySetsOptions(request.sql)
  if (counts) remember(request.sql, state)
  const complete = counts ? state.activity.begin(request.sql, session.state.principal.name) : () => {}
  const fault = counts ? state.faults.take(request.sql) : undefined
  const continues = await applyBeforeResponse(fault, client, signal)
  const response = continues ? await run(request, fault, signal, session, state) : cancelled()
  complete(response.outcome)
  sendOrCut(fault, client, Buffer.concat([reset, response.tokens]))
}

// Drivers set their options when they log in. That is part of the login: neither counted nor hit by a fault.
function onlySetsOptions(sql: string): boolean {
  if (!/^\s*set\s/i.test(sql)) return false
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

async function run(
  request: SqlRequest,
  fault: Fault | undefined,
  signal: AbortSignal,
  session: DatabaseSession,
  state: ServerState,
): Promise<Response> {
  if (fault?.kind === 'fail') {
    return failed(
      new SqlError(fault.status, fault.message ?? `Error ${fault.status}, which this test asked for.`),
    )
  }
  try {
    const result = await runIn(session, 'run', { request }, state.database, signal)
    state.changes += result.changes
    return result
  } catch (error) {
    if (error instanceof Stopped) return stopped(error)
    if (error instanceof SqlError) return failed(error)
    if (signal.aborted) return cancelled()
    throw error
  }
}

function failed(error: SqlError): Response {
  return { tokens: batchResponse([{ kind: 'error', error }]), outcome: `error ${error.number}` }
}

/** What was sent of a cancelled request: nothing but its end. The attention is acknowledged after it. */
function cancelled(): Response {
  return { tokens: done(doneToken.batch, doneStatus.error), outcome: 'no answer' }
}

function stopped({ reason, transactionId }: Stopped): Response {
  const { tokens, outcome } = reason ? failed(reason) : cancelled()
  if (transactionId === undefined) return { tokens, outcome }
  return { tokens: Buffer.concat([change.rollback(transactionId), tokens]), outcome }
}
