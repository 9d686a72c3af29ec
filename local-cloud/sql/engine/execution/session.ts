// One connection to the database: who it acts as, its settings and its transaction.
import { SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { tableWithId, temporaryTables } from '../catalog/catalog.ts'
import { dropTable } from '../catalog/define-table.ts'
import type { Principal } from '../catalog/users.ts'
import type { Store } from '../storage/store.ts'
import type { ConnectionState } from '../translation/context.ts'

/** A session without its store, as plain data: between two requests it may move to another process. */
export interface SessionState extends ConnectionState {
  /** By which its temporary tables are known. */
  id: number
  database: string
  principal: Principal
  transactionId: bigint
  /** The name of the outermost BEGIN TRANSACTION. */
  transactionName: string | undefined
  xactAbort: boolean
  noCount: boolean
  isolation: IsolationLevel
  /** A statement that reads or writes a table begins a transaction where none is open. */
  implicitTransactions: boolean
  /** In milliseconds, as SET LOCK_TIMEOUT has it; undefined for the server's own limit. */
  lockTimeout: number | undefined
  /** INSERT BULK has been run: the next request brings the rows. */
  bulkLoad: BulkLoad | undefined
}

/** The statement that has announced rows. */
export type BulkLoad = Extract<Statement, { kind: 'insert bulk' }>

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
  return sessionWith(newSession(database, principal), store)
}

/** Puts a session on a store, where its temporary tables are found. */
export function sessionWith(state: SessionState, store: Store): Session {
  return { ...state, store: { ...store, session: state.id } }
}

let lastId = 0

export function newSession(database: string, principal: Principal): SessionState {
  lastId += 1
  return {
    id: lastId,
    hasTemporaryTables: false,
    database,
    principal,
    transactionCount: 0,
    transactionId: 0n,
    transactionName: undefined,
    xactAbort: false,
    noCount: false,
    rowCount: 0,
    isolation: 'READ COMMITTED',
    implicitTransactions: false,
    lockTimeout: undefined,
    lastIdentity: null,
    scopeIdentity: null,
    identityInsert: undefined,
    errorNumber: 0,
    caught: undefined,
    isDoomed: false,
    bulkLoad: undefined,
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
  if (session.implicitTransactions && session.transactionCount === 0) begin(session, undefined, outcomes)
}

export function begin(session: Session, name: string | undefined, outcomes: Outcome[]): void {
  refuseIfDoomed(session)
  session.transactionCount += 1
  if (session.transactionCount > 1) return
  session.transactionName = name
  session.store.begin()
  session.transactionId += 1n
  outcomes.push({ kind: 'transaction', change: 'begin', id: session.transactionId })
}

/** @throws SqlError 3902 when no transaction is open, 3930 when it can only be rolled back */
export function commit(session: Session, outcomes: Outcome[]): void {
  if (session.transactionCount === 0) {
    throw new SqlError(3902, 'The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.')
  }
  refuseIfDoomed(session)
  session.transactionCount -= 1
  if (session.transactionCount > 0) return
  session.store.commit()
  outcomes.push({ kind: 'transaction', change: 'commit', id: session.transactionId })
}

/** @throws SqlError 3930 when an error has left nothing to do but a rollback */
export function refuseIfDoomed({ isDoomed }: Session): void {
  if (!isDoomed) return
  const words =
    'The current transaction cannot be committed and cannot support operations that write to the log file.'
  throw new SqlError(3930, `${words} Roll back the transaction.`)
}

/** @throws SqlError 3903 when no transaction is open */
export function rollback(session: Session, outcomes: Outcome[]): void {
  if (session.transactionCount === 0) {
    throw new SqlError(3903, 'The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.')
  }
  session.transactionCount = 0
  session.isDoomed = false
  session.store.rollback()
  outcomes.push({ kind: 'transaction', change: 'rollback', id: session.transactionId })
}

/** @throws SqlError 628 when no transaction is open */
export function save(session: Session, name: string): void {
  if (session.transactionCount === 0) {
    throw new SqlError(628, 'Cannot issue SAVE TRANSACTION when there is no active transaction.')
  }
  refuseIfDoomed(session)
  session.store.save(name)
}

/**
 * Goes back to a savepoint, or to the beginning of the transaction when that has the name.
 *
 * @throws SqlError 6401 when nothing has it
 */
export function rollbackTo(session: Session, name: string, outcomes: Outcome[]): void {
  if (session.transactionCount > 0 && session.transactionName === name) {
    rollback(session, outcomes)
  } else if (session.transactionCount === 0 || session.isDoomed || !session.store.rollbackTo(name)) {
    throw new SqlError(6401, `Cannot roll back ${name}. No transaction or savepoint of that name was found.`)
  }
}

/** Forgets what the connection was in the middle of, for one that is closed or reset. */
export function resetSession(session: Session, outcomes: Outcome[] = []): void {
  if (session.transactionCount > 0) rollback(session, outcomes)
  if (session.hasTemporaryTables) dropTemporaryTables(session)
  session.xactAbort = false
  session.noCount = false
  session.isolation = 'READ COMMITTED'
  session.implicitTransactions = false
  session.lockTimeout = undefined
  session.identityInsert = undefined
  session.lastIdentity = null
  session.scopeIdentity = null
}

/** Drops the temporary tables of a session, but for these. */
export function dropTemporaryTables(session: Session, kept: number[] = []): void {
  const { store } = session
  const dropped = temporaryTables(store).filter((id) => !kept.includes(id))
  if (dropped.length > 0) {
    store.atomically(() => {
      for (const id of dropped) dropTable(store, tableWithId(store, id))
    })
  }
  session.hasTemporaryTables = kept.length > 0
}
