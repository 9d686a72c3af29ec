// Runs one statement.
import type { BulkRows } from '../../model/bulk-rows.ts'
import type { Outcome } from '../../model/results.ts'
import type { Query, Statement } from '../../tsql/syntax.ts'
import type { Context, Variable } from '../translation/context.ts'
import { translator } from '../translation/translator.ts'
import { checkBulkLoad, loadRows } from './bulk-load.ts'
import { define } from './definitions.ts'
import { deleteRows } from './delete.ts'
import { insertRows } from './insert.ts'
import { print, raiseError, throwError } from './messages.ts'
import { runSelect } from './select.ts'
import { selectInto } from './select-into.ts'
import {
  type BulkLoad,
  begin,
  beginImplicitly,
  commit,
  type IsolationLevel,
  reading,
  refuseIfDoomed,
  rollback,
  rollbackTo,
  type Session,
  save,
} from './session.ts'
import { setIdentityInsert } from './set-identity-insert.ts'
import { updateRows } from './update.ts'
import { assignVariable, declareVariable } from './variables.ts'

/** The statements that decide which others run. */
type ControlKind = 'if' | 'while' | 'break' | 'continue' | 'return' | 'block' | 'try'

/**
 * Runs a statement, and adds to the outcomes what the client is to be told.
 *
 * @returns how many rows it returned or changed, for @@ROWCOUNT
 * @throws SqlError when it fails; then nothing of it is done
 */
export function runStatement(
  session: Session,
  statement: Exclude<Statement, { kind: ControlKind }>,
  variables: Map<string, Variable>,
  outcomes: Outcome[],
): number {
  if (needsTransaction(statement)) beginImplicitly(session, outcomes)
  const context = contextOf(session, statement, variables)
  switch (statement.kind) {
    case 'select':
      if (statement.into) return select(session, statement.query, statement.into, context, outcomes)
      return reading(session, () => runSelect(statement.query, context, !session.noCount, outcomes))
    case 'insert':
    case 'update':
    case 'delete':
      return write(session, statement, context, outcomes)
    case 'insert bulk':
      reading(session, () => checkBulkLoad(statement, context))
      session.bulkLoad = statement
      return 0
    case 'begin':
      begin(session, statement.name, outcomes)
      return 0
    case 'commit':
      commit(session, outcomes)
      return 0
    case 'rollback':
      if (statement.name === undefined) rollback(session, outcomes)
      else rollbackTo(session, statement.name, outcomes)
      return 0
    case 'save':
      save(session, statement.name)
      return 0
    case 'throw':
      return reading(session, () => throwError(statement, context))
    case 'raiserror':
      reading(session, () => raiseError(statement, context, outcomes))
      return 0
    case 'print':
      reading(session, () => print(statement, context, outcomes))
      return 0
    case 'declare':
      reading(session, () => {
        for (const variable of statement.variables) declareVariable(variable, context)
      })
      return session.rowCount
    case 'set variable':
      reading(session, () => assignVariable(statement.name, statement.value, context))
      return 1
    case 'set option':
      setOption(session, statement.option, statement.value)
      return 0
    case 'set identity insert':
      reading(session, () => setIdentityInsert(context, statement))
      return 0
    default:
      refuseIfDoomed(session)
      session.store.atomically(() => define(statement, context))
      return 0
  }
}

// Which statements begin a transaction by themselves with SET IMPLICIT_TRANSACTIONS ON.
// https://learn.microsoft.com/sql/t-sql/statements/set-implicit-transactions-transact-sql
function needsTransaction(statement: Statement): boolean {
  if (statement.kind === 'insert bulk') return false
  if (statement.kind !== 'select')
    return /^(insert|update|delete|create|alter|drop|truncate|permission|begin)/.test(statement.kind)
  const { body } = statement.query
  return body.kind !== 'specification' || body.from !== undefined
}

export function contextOf(session: Session, statement: Statement, variables: Map<string, Variable>): Context {
  return {
    translator,
    store: session.store,
    database: session.database,
    principal: session.principal,
    variables,
    connection: session,
    statement: statement.text,
    placeholders: new Map(),
    sourceCount: 0,
  }
}

function select(
  session: Session,
  query: Query,
  into: string[],
  context: Context,
  outcomes: Outcome[],
): number {
  refuseIfDoomed(session)
  const count = session.store.atomically(() => selectInto(query, into, context))
  if (!session.noCount) outcomes.push({ kind: 'count', count, command: 'select' })
  return count
}

function write(
  session: Session,
  statement: Extract<Statement, { kind: 'insert' | 'update' | 'delete' }>,
  context: Context,
  outcomes: Outcome[],
): number {
  refuseIfDoomed(session)
  const { count, output } = session.store.atomically(() => {
    if (statement.kind === 'insert') return insertRows(statement, context)
    if (statement.kind === 'update') return updateRows(statement, context)
    return deleteRows(statement, context)
  })
  const command = statement.kind
  if (output) outcomes.push({ kind: 'rows', ...output, counted: !session.noCount, command })
  else if (!session.noCount) outcomes.push({ kind: 'count', count, command })
  return count
}

/** Stores the rows that INSERT BULK has announced, and says how many they are. */
export function load(session: Session, statement: BulkLoad, rows: BulkRows, outcomes: Outcome[]): number {
  beginImplicitly(session, outcomes)
  refuseIfDoomed(session)
  const context = contextOf(session, statement, new Map())
  const count = session.store.atomically(() => loadRows(statement, rows, context))
  if (!session.noCount) outcomes.push({ kind: 'count', count, command: 'insert' })
  return count
}

function setOption(session: Session, option: string, value: string): void {
  if (option === 'XACT_ABORT') session.xactAbort = value === 'ON'
  if (option === 'NOCOUNT') session.noCount = value === 'ON'
  if (option === 'IMPLICIT_TRANSACTIONS') session.implicitTransactions = value === 'ON'
  if (option === 'TRANSACTION ISOLATION LEVEL') session.isolation = value as IsolationLevel
  if (option === 'LOCK_TIMEOUT') setLockTimeout(session, Number(value))
}

// -1 is without limit in SQL Server, and here the limit of the server.
function setLockTimeout(session: Session, milliseconds: number): void {
  session.lockTimeout = milliseconds < 0 ? undefined : milliseconds
  session.store.waitForLocks(session.lockTimeout)
}
