// Runs one statement.
import { databasePermissionDenied, missing, SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import type { Statement } from '../../tsql/syntax.ts'
import { findTable } from '../catalog/catalog.ts'
import { createTable, dropTable } from '../catalog/define-table.ts'
import { changePermission } from '../catalog/permissions.ts'
import { createUser, dropUser, userId } from '../catalog/users.ts'
import type { Context, Variable } from '../translation/context.ts'
import { translator } from '../translation/translator.ts'
import { runSelect } from './select.ts'
import { begin, commit, type IsolationLevel, reading, rollback, type Session } from './session.ts'
import { assignVariable, declareVariable } from './variables.ts'
import { deleteRows, insertRows, updateRows } from './writes.ts'

/**
 * Runs a statement, and adds to the outcomes what the client is to be told.
 *
 * @returns how many rows it returned or changed, for @@ROWCOUNT
 * @throws SqlError when it fails; then nothing of it is done
 */
export function runStatement(
  session: Session,
  statement: Exclude<Statement, { kind: 'if' | 'block' }>,
  variables: Map<string, Variable>,
  outcomes: Outcome[],
): number {
  const context = contextOf(session, statement, variables)
  switch (statement.kind) {
    case 'select':
      return reading(session, () => runSelect(statement.query, context, !session.noCount, outcomes))
    case 'insert':
    case 'update':
    case 'delete':
      return write(session, statement, context, outcomes)
    case 'begin':
      begin(session, outcomes)
      return 0
    case 'commit':
      commit(session, outcomes)
      return 0
    case 'rollback':
      rollback(session, outcomes)
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
    default:
      session.store.atomically(() => define(session, statement))
      return 0
  }
}

export function contextOf(session: Session, statement: Statement, variables: Map<string, Variable>): Context {
  return {
    translator,
    store: session.store,
    database: session.database,
    principal: session.principal,
    variables,
    rowCount: session.rowCount,
    transactionCount: session.transactionCount,
    statement: statement.text,
    placeholders: new Map(),
    sourceCount: 0,
  }
}

function write(
  session: Session,
  statement: Extract<Statement, { kind: 'insert' | 'update' | 'delete' }>,
  context: Context,
  outcomes: Outcome[],
): number {
  const count = session.store.atomically(() => {
    if (statement.kind === 'insert') return insertRows(statement, context)
    if (statement.kind === 'update') return updateRows(statement, context)
    return deleteRows(statement, context)
  })
  if (!session.noCount) outcomes.push({ kind: 'count', count })
  return count
}

function setOption(session: Session, option: string, value: string): void {
  if (option === 'XACT_ABORT') session.xactAbort = value === 'ON'
  if (option === 'NOCOUNT') session.noCount = value === 'ON'
  if (option === 'TRANSACTION ISOLATION LEVEL') session.isolation = value as IsolationLevel
  if (option === 'LOCK_TIMEOUT') setLockTimeout(session, Number(value))
}

// -1 is without limit in SQL Server, and here the limit of the server.
function setLockTimeout(session: Session, milliseconds: number): void {
  session.lockTimeout = milliseconds < 0 ? undefined : milliseconds
  session.store.waitForLocks(session.lockTimeout)
}

type Definition = Extract<
  Statement,
  { kind: 'create table' | 'drop table' | 'create user' | 'drop user' | 'permission' }
>

// What only the administrator may do.
function define(session: Session, statement: Definition): void {
  const { store, database, principal } = session
  if (!principal.isAdministrator) throw refused(statement, database)
  switch (statement.kind) {
    case 'create table':
      createTable(store, statement.table, statement.columns, statement.keys)
      break
    case 'drop table':
      for (const path of statement.tables) dropTableNamed(session, path, statement.ifExists)
      break
    case 'create user':
      createUser(store, statement.name, statement.sid, statement.type)
      break
    case 'drop user':
      if (statement.ifExists && userId(store, statement.name) === undefined) break
      dropUser(store, statement.name)
      break
    case 'permission':
      for (const permission of statement.permissions) {
        for (const user of statement.users) {
          changePermission(store, statement.action, permission, statement.on, user)
        }
      }
  }
}

function dropTableNamed({ store }: Session, path: string[], ifExists: boolean): void {
  const table = findTable(store, path)
  if (table?.schema === 'sys' || (!table && !ifExists)) throw cannotDrop(path)
  if (table) dropTable(store, table)
}

function cannotDrop(path: string[]): SqlError {
  const words = 'because it does not exist or you do not have permission'
  return new SqlError(3701, `Cannot drop the table '${path.join('.')}', ${words}.`, { class: 11, state: 5 })
}

function refused(statement: Definition, database: string): SqlError {
  switch (statement.kind) {
    case 'create table':
      return databasePermissionDenied('CREATE TABLE', database)
    case 'drop table':
      return cannotDrop(statement.tables[0] ?? [])
    case 'create user':
      return new SqlError(15247, 'User does not have permission to perform this action.')
    case 'drop user':
      return missing('drop', 'user', statement.name)
    case 'permission':
      return missing('find', statement.on.class, statement.on.path.at(-1) ?? database)
  }
}
