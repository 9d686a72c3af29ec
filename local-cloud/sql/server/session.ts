// A session of the database: its state between two requests, and the process that its open transaction occupies.
import { newSession, type SessionState } from '../engine/execution/session.ts'
import { outOfMemory, type SqlError, tooSlow } from '../model/errors.ts'
import type { Tasks } from '../process/messages.ts'
import type { Database } from './database.ts'
import { type DatabaseProcess, ProcessEnded } from './database-process.ts'
import { createPreparedStatements, type PreparedStatements } from './prepared-statements.ts'

export interface DatabaseSession {
  state: SessionState
  prepared: PreparedStatements
  process: DatabaseProcess | undefined
}

/** A request whose process was ended, and with it the transaction that the session had open. */
export class Stopped extends Error {
  /** Undefined when the client has cancelled the request. */
  readonly reason: SqlError | undefined
  readonly transactionId: bigint | undefined

  constructor(reason: SqlError | undefined, { transactionCount, transactionId }: SessionState) {
    super('The request was stopped.')
    this.reason = reason
    this.transactionId = transactionCount > 0 ? transactionId : undefined
  }
}

/** A cancelled request may still end by itself for so long: most do, and then nothing is lost. */
const GRACE_MS = 100

export function openSession(...[database, principal]: Parameters<typeof newSession>): DatabaseSession {
  return { state: newSession(database, principal), prepared: createPreparedStatements(), process: undefined }
}

/**
 * Runs SQL in a session.
 *
 * @throws Stopped when it runs for too long, takes too much memory, or the signal aborts; SqlError 10928 when it cannot begin
 */
export async function runIn<Name extends 'run' | 'rows'>(
  session: DatabaseSession,
  task: Name,
  input: Omit<Parameters<Tasks[Name]>[0], 'session'>,
  database: Database,
  signal?: AbortSignal,
): Promise<ReturnType<Tasks[Name]>> {
  const process = session.process ?? (await database.acquire(signal))
  const watch = watchOver(process, database.limits.longestBatch, signal)
  try {
    const result = await process.call(task, { ...input, session: session.state } as Parameters<
      Tasks[Name]
    >[0])
    session.state = result.session
    return result
  } catch (error) {
    if (!(error instanceof ProcessEnded)) throw error
    const before = session.state
    session.state = { ...before, transactionCount: 0 }
    throw new Stopped(signal?.aborted ? undefined : (watch.reason ?? outOfMemory()), before)
  } finally {
    watch.end()
    settle(session, process, database)
  }
}

/** Ends the transaction of a session that is closed or reset, and forgets its settings. */
export async function endSession(session: DatabaseSession, database: Database): Promise<void> {
  const { process, state } = session
  session.prepared.clear()
  session.state = { ...newSession(state.database, state.principal), transactionId: state.transactionId }
  if (!process && !state.hasTemporaryTables) return
  // With the database, its temporary tables end too.
  const ending = process ?? (await database.acquire().catch(() => undefined))
  if (!ending) return
  // Once the process has ended, so has the transaction.
  await ending.call('end', { session: state }).catch(() => {})
  settle(session, ending, database)
}

function settle(session: DatabaseSession, process: DatabaseProcess, database: Database): void {
  session.process = session.state.transactionCount > 0 ? process : undefined
  if (!session.process) database.release(process)
}

/** Kills a process that works for too long, or for nobody. */
function watchOver(process: DatabaseProcess, milliseconds: number, signal?: AbortSignal) {
  let reason: SqlError | undefined
  let grace: NodeJS.Timeout | undefined
  const kill = () => void process.kill()
  const limit = setTimeout(() => {
    reason = tooSlow(milliseconds)
    kill()
  }, milliseconds)
  const cancel = () => {
    grace = setTimeout(kill, GRACE_MS)
  }
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted) cancel()
  return {
    get reason() {
      return reason
    },
    end(): void {
      clearTimeout(limit)
      clearTimeout(grace)
      signal?.removeEventListener('abort', cancel)
    },
  }
}
