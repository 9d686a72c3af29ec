// The table that a statement writes to, and the rows of it that are meant.
import { invalidObject, SqlError } from '../../model/errors.ts'
import type { Condition, Source, Statement } from '../../tsql/syntax.ts'
import { findTable } from '../catalog/catalog.ts'
import { requirePermission } from '../catalog/permissions.ts'
import { isSameName, isSystemView, storedName, type Table } from '../catalog/table.ts'
import { translateCondition } from '../translation/conditions.ts'
import { type Context, outsideSubset, type Scope } from '../translation/context.ts'
import { translateSource } from '../translation/sources.ts'

/** @throws SqlError 208 when it is not there, 229 when this user may not do that with it */
export function targetTable(permission: string, path: string[], context: Context): Table {
  const table = findTable(context.store, path)
  if (!table) throw invalidObject(path.join('.'))
  requirePermission(context.store, context.principal, permission, table, context.database)
  if (isSystemView(table)) throw new SqlError(259, 'Ad hoc updates to system catalogs are not allowed.')
  if (table.view !== undefined) throw outsideSubset(context, 'changes through a view')
  return table
}

/** The rows that an UPDATE or DELETE is about. */
export interface Target {
  table: Table
  /** What the target is called in T-SQL, and in SQLite. */
  path: string[]
  alias: string
  scope: Scope
  /** FROM and WHERE. */
  clauses: string
}

export function targetOf(
  statement: Extract<Statement, { kind: 'update' | 'delete' }>,
  context: Context,
): Target {
  const permission = statement.kind.toUpperCase()
  if (statement.from)
    return joinedTarget(permission, statement.table, statement.from, statement.where, context)
  const table = targetTable(permission, statement.table, context)
  const scope = scopeOf(table, statement.table)
  // A statement that reads the table which it changes needs SELECT on it too.
  if (statement.where) requireSelect(table, context)
  const clauses = ` FROM ${storedName(table)} AS t0${whereClause(statement.where, context, scope)}`
  return { table, path: statement.table, alias: 't0', scope, clauses }
}

export function requireSelect(table: Table, context: Context): void {
  requirePermission(context.store, context.principal, 'SELECT', table, context.database)
}

/** The names that are known where a table stands alone. */
export function scopeOf(table: Table, path: string[], alias = 't0'): Scope {
  return {
    relations: [{ sql: storedName(table), columns: table.columns, path, alias }],
    common: [],
    outer: undefined,
  }
}

// UPDATE p SET … FROM dbo.Products AS p JOIN …
function joinedTarget(
  permission: string,
  path: string[],
  from: Source,
  where: Condition | undefined,
  context: Context,
): Target {
  const meant = meantSource(path, from, context)
  const table = targetTable(permission, meant?.path ?? path, context)
  const scope: Scope = { relations: [], common: [], outer: undefined }
  const source = translateSource(from, context, scope)
  if (!meant) {
    scope.relations.push(...scopeOf(table, path).relations)
    const clauses = ` FROM ${storedName(table)} AS t0 CROSS JOIN ${source}`
    return { table, path, alias: 't0', scope, clauses: clauses + whereClause(where, context, scope) }
  }
  const exposed = meant.alias ? [meant.alias] : meant.path
  const { alias = '' } =
    scope.relations.find((relation) => isSameName(relation.path.join('.'), exposed.join('.'))) ?? {}
  const clauses = ` FROM ${source}${whereClause(where, context, scope)}`
  return { table, path: exposed, alias, scope, clauses }
}

type TableSource = Extract<Source, { kind: 'table' }>

// The target may be called by the alias that it has in the FROM, or by its name.
function meantSource(path: string[], from: Source, context: Context): TableSource | undefined {
  const called = path.join('.')
  const tables = sourcesIn(from).filter((source) => source.kind === 'table')
  const aliased = tables.find(({ alias }) => alias !== undefined && isSameName(alias, called))
  if (aliased) return aliased
  if (sourcesIn(from).some((source) => source.kind !== 'table' && isSameName(source.alias ?? '', called))) {
    throw outsideSubset(context, 'changes through a derived table')
  }
  const target = findTable(context.store, path)
  const same = tables.filter(
    (source) => target && findTable(context.store, source.path)?.objectId === target.objectId,
  )
  const [only, ...others] = same.length > 1 ? same.filter(({ alias }) => alias === undefined) : same
  if ((same.length > 1 && !only) || others.length > 0) {
    throw new SqlError(8154, `The table '${called}' is ambiguous.`)
  }
  return only
}

function sourcesIn(source: Source): Exclude<Source, { kind: 'join' }>[] {
  return source.kind === 'join' ? [...sourcesIn(source.left), ...sourcesIn(source.right)] : [source]
}

function whereClause(where: Condition | undefined, context: Context, scope: Scope): string {
  return where ? ` WHERE ${translateCondition(where, context, scope)}` : ''
}
