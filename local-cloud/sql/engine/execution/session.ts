// One connection to the database: who it acts as, its settings and its transaction.
import { SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import type { Principal } from '../catalog/users.ts'
import type { Store } from '../storage/store.ts'
import type { ConnectionState } from '../translation/context.ts'

/** A session without its store, as plain data: between two requests it may move to another process. */
export interface SessionState extends ConnectionState {
  database: string
  principal: Principal
  transactionId: bigint
  xactAbort: boolean
  noCount: boolean
  isolation: IsolationLevel
  /** A statement that reads or writes a table begins a transaction where none is open. */
  implicitTransactions: boolean
  /** In milliseconds, as SET LOCK_TIMEOUT has it; undefined for the server's own limit. */
  lockTimeout: number | undefined
}

export interface Session extends SessionState {
  store: Store
}

export type IsolationLevel =
  | 'READ UNCOMMITTED'
  | 'READ COMMITTED'
  | 'REPEATABLE READ'
  | 'SNAPSHOT'
  | 'SERIALIZABLE'

export function createSession(store: Store, database: string, principal: Principal): Session {
  return { ...newSession(database, principal), store }
}

export function newSession(database: string, principal: Principal): SessionState {
  return {
    database,
    principal,
    transactionCount: 0,
    transactionId: 0n,
    xactAbort: false,
    noCount: false,
    rowCount: 0,
    isolation: 'READ COMMITTED',
    implicitTransactions: false,
    lockTimeout: undefined,
    lastIdentity: null,
    scopeIdentity: null,
    identityInsert: undefined,
  }
}

export function stateOf({ store: _, ...state }: Session): SessionState {
  return state
}

/** Runs a statement that reads, with the locks or the snapshot that its isolation level wants. */
export function reading<Result>(session: Session, work: () => Result): Result {
  const { store, isolation, transactionCount } = session
  if (transactionCount > 0 && isolation === 'SNAPSHOT') store.keepSnapshot()
  // What it has read may not change: so nobody else writes.
  if (transactionCount > 0 && ['REPEATABLE READ', 'SERIALIZABLE'].includes(isolation)) store.lock()
  return store.reading(work)
}

/** With SET IMPLICIT_TRANSACTIONS ON, begins a transaction where none is open. */
export function beginImplicitly(session: Session, outcomes: Outcome[]): void {
  if (session.implicitTransactions && session.transactionCount === 0) begin(session, outcomes)
}

export function begin(session: Session, outcomes: Outcome[]): void {
  session.transactionCount += 1
  if (session.transactionCount > 1) return
  session.store.begin()
  session.transactionId += 1n
  outcomes.push({ kind: 'transaction', change: 'begin', id: session.transactionId })
}

/** @throws SqlError 3902 when no transaction is open */
export function commit(session: Session, outcomes: Outcome[]): void {
  if (session.transactionCount === 0) {
    throw new SqlError(3902, 'The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.')
  }
  session.transactionCount -= 1
  if (session.transactionCount > 0) return
  session.store.commit()
  outcomes.push({ kind: 'transaction', change: 'commit', id: session.transactionId })
}

/** @throws SqlError 3903 when no transaction is open */
export function rollback(session: Session, outcomes: Outcome[]): void {
  if (session.transactionCount === 0) {
    throw new SqlError(3903, 'The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.')
  }
  session.transactionCount = 0
  session.store.rollback()
  outcomes.push({ kind: 'transaction', change: 'rollback', id: session.transactionId })
}

/** Forgets what the connection was in the middle of, for one that is closed or reset. */
export function resetSession(session: Session, outcomes: Outcome[] = []): void {
  if (session.transactionCount > 0) rollback(session, outcomes)
  session.xactAbort = false
  session.noCount = false
  session.isolation = 'READ COMMITTED'
  session.implicitTransactions = false
  session.lockTimeout = undefined
  session.identityInsert = undefined
  session.lastIdentity = null
  session.scopeIdentity = null
}
