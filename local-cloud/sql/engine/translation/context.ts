// What the parts of the translation from T-SQL to SQLite share.
import { invalidColumn, notImitated, SqlError } from '../../model/errors.ts'
import type { Origin } from '../../model/results.ts'
import {
  areStoredAlike,
  commonType,
  int,
  isText,
  nameOf,
  type SqlType,
  type Value,
} from '../../model/types.ts'
import type { Condition, Query } from '../../tsql/syntax.ts'
import { isSameName } from '../catalog/table.ts'
import type { Principal } from '../catalog/users.ts'
import { requireConversion } from '../storage/convertible.ts'
import { quoted, type Store } from '../storage/store.ts'

/** A piece of SQLite's SQL, and the T-SQL type of its value. A bare NULL has no type until it meets one. */
export interface Typed {
  sql: string
  type: SqlType
  isNull?: true
  /** Text that FOR JSON takes over as it is, because it is JSON already. */
  isJson?: true | undefined
  /** Of the column of a table. */
  origin?: Origin | undefined
  /** How many digits a constant whole number has: calculating with decimals, SQL Server takes no more of them than there are. */
  digits?: number
}

export interface Variable {
  type: SqlType
  value: Value
}

/**
 * The translations that an expression may need, though they are made of expressions themselves: CASE WHEN has a condition,
 * brackets may hold a query. They come with the context, so that no file has to import one that imports it.
 */
export interface Translator {
  condition(condition: Condition, context: Context, scope?: Scope): string
  query(query: Query, context: Context, outer?: Scope, common?: Scope['common']): Relation
}

/** What a connection remembers from one statement to the next, and functions tell. */
export interface ConnectionState {
  /** How many BEGIN TRANSACTION are open: SQL Server counts them, and the last COMMIT is the one that counts. */
  transactionCount: number
  rowCount: number
  /** @@IDENTITY, and SCOPE_IDENTITY(). */
  lastIdentity: Value
  scopeIdentity: Value
  /** The id of the table that SET IDENTITY_INSERT is ON for. */
  identityInsert: number | undefined
  /** @@ERROR */
  errorNumber: number
  /** The error that a CATCH block handles. */
  caught: SqlError | undefined
  /** The open transaction can only be rolled back: XACT_STATE() is -1. */
  isDoomed: boolean
  hasTemporaryTables: boolean
}

/** The statement that is being translated, its connection and its variables. */
export interface Context {
  translator: Translator
  store: Store
  database: string
  principal: Principal
  /** By their names in small letters. */
  variables: Map<string, Variable>
  connection: ConnectionState
  /** The statement as it was written, for errors that show it. */
  statement: string
  /** The bound values, each with the name of its placeholder. */
  placeholders: Map<Value, string>
  /** How many tables have a name so far: t1, t2, … */
  sourceCount: number
}

/** A table that can be read: one of the database, or one that the query makes itself. */
export interface Relation {
  sql: string
  columns: RelationColumn[]
  /** Of the catalog: SQL Server may have more columns there than this database. */
  isSystem?: true
}

export interface RelationColumn {
  name: string
  type: SqlType
  origin?: Origin | undefined
  /** How the column is calculated, given the name of the relation, if it is not just stored. */
  expression?: (alias: string) => string
  /** Text that FOR JSON takes over as it is. */
  isJson?: true | undefined
  /** The star of SELECT * leaves it out. */
  isHidden?: true
  /** A bare NULL in the list of a SELECT: a UNION gives it the type of what it meets. */
  isNull?: true
}

/** One column of a result, and how it is calculated. */
export interface Output extends Typed {
  name: string
}

/** A relation under the name by which a FROM calls it. */
interface NamedRelation extends Relation {
  /** What it is called in T-SQL, and in SQLite. */
  path: string[]
  alias: string
}

/** The names that are known at one place: those of the FROM, then those of the queries around it. */
export interface Scope {
  relations: NamedRelation[]
  common: { name: string; relation: Relation }[]
  outer: Scope | undefined
  /** The clause whose expressions are translated: it decides whether they may have aggregates. */
  clause?: Clause
  /** In a query with groups: the SQL of its keys. Outside of aggregates nothing else of a row may be named. */
  groups?: Set<string> | undefined
}

export type Clause = 'ON' | 'WHERE' | 'GROUP BY' | 'HAVING' | 'SELECT' | 'ORDER BY' | 'AGGREGATE' | 'OVER'

/** Binds a value to a placeholder: no value that a client sends becomes part of the SQL text. */
export function bind(context: Context, value: Value): string {
  const name = context.placeholders.get(value) ?? `p${context.placeholders.size}`
  context.placeholders.set(value, name)
  return `:${name}`
}

/** Runs what was translated. */
export function runTranslated(sql: string, context: Context): Value[][] {
  return context.store.all(
    sql,
    Object.fromEntries(Array.from(context.placeholders, ([value, name]) => [name, value])),
  )
}

/** The value of an expression without columns, such as the n of TOP (n). */
export function constantValue(typed: Typed, context: Context): Value {
  const [[value = null] = []] = runTranslated(`SELECT ${typed.sql}`, context)
  return value
}

/** Finds the column that a name means. */
export function columnNamed(scope: Scope | undefined, path: string[]): Typed {
  for (let level = scope; level; level = level.outer) {
    const found = columnsNamed(level, path)
    if (found.length > 1) throw new SqlError(209, `Ambiguous column name '${path.at(-1)}'.`)
    const [only] = found
    if (only) return columnOf(only.relation, only.column, level)
  }
  refuseSystemColumn(scope, path)
  if (path.length === 1) throw invalidColumn(path[0] ?? '')
  throw new SqlError(4104, `The multi-part identifier "${path.join('.')}" could not be bound.`)
}

function refuseSystemColumn(scope: Scope | undefined, path: string[]): void {
  for (let level = scope; level; level = level.outer) {
    const view = level.relations.find(
      (relation) => relation.isSystem && isCalled(relation, path.slice(0, -1)),
    )
    if (view) throw notImitated(`the column ${path.at(-1)} of ${view.path.join('.')}`, path.join('.'))
  }
}

/** Whether a name means a column of this FROM, and not one of the queries around it. */
export function isOwnColumn(path: string[], scope: Scope): boolean {
  return columnsNamed(scope, path).length > 0
}

function columnsNamed(
  { relations }: Scope,
  path: string[],
): { relation: NamedRelation; column: RelationColumn }[] {
  const [name = '', ...qualifier] = path.toReversed()
  return relations
    .filter((relation) => isCalled(relation, qualifier.toReversed()))
    .flatMap((relation) =>
      relation.columns
        .filter((column) => isSameName(column.name, name))
        .map((column) => ({ relation, column })),
    )
}

/** @throws SqlError 8120, 8121 or 8127 for a column that is not the same in all rows of a group */
export function columnOf(
  relation: NamedRelation,
  { name, type, origin, expression }: RelationColumn,
  scope: Scope,
): Typed {
  const sql = expression?.(relation.alias) ?? `${relation.alias}.${quoted(name)}`
  if (!scope.groups || scope.groups.has(sql)) return { sql, type, origin }
  const [number, clause] = ungrouped[scope.clause ?? 'SELECT'] ?? [8120, 'select list']
  throw new SqlError(
    number,
    `Column '${[...relation.path, name].join('.')}' is invalid in the ${clause} because it is not contained in either an aggregate function or the GROUP BY clause.`,
  )
}

const ungrouped: Partial<Record<Clause, [number: number, clause: string]>> = {
  HAVING: [8121, 'HAVING clause'],
  'ORDER BY': [8127, 'ORDER BY clause'],
}

/** Whether a relation is what `p` or `dbo.Products` stands for in front of a column. */
export function isCalled(relation: NamedRelation, qualifier: string[]): boolean {
  const tail = relation.path.slice(-qualifier.length)
  return (
    qualifier.length === 0 ||
    (tail.length === qualifier.length &&
      qualifier.every((name, index) => isSameName(name, tail[index] ?? '')))
  )
}

/** The keys of the groups that an expression here is about, of the queries around it as well. */
export function groupsAround(scope: Scope | undefined): Set<string>[] {
  return scope ? [...(scope.groups ? [scope.groups] : []), ...groupsAround(scope.outer)] : []
}

export function withoutGroups(scope: Scope | undefined): Scope | undefined {
  return scope && { ...scope, groups: undefined, outer: withoutGroups(scope.outer) }
}

/** Converts as an implicit conversion does, where that is needed at all. */
export function converted(typed: Typed, type: SqlType): Typed {
  if (typed.isNull) return { sql: 'NULL', type }
  requireConversion(typed.type, type, 'implicit')
  if (areStoredAlike(typed.type, type) && (!isText(type) || typed.type.length <= type.length)) {
    return { sql: typed.sql, type }
  }
  return conversion('convert_value', typed, type)
}

/** Converts as CAST does, or as TRY_CAST: to NULL where CAST fails. */
export function cast(typed: Typed, type: SqlType, failure: 'error' | 'null' = 'error'): Typed {
  if (typed.isNull) return { sql: 'NULL', type }
  requireConversion(typed.type, type, 'explicit')
  return conversion(failure === 'null' ? 'try_convert_value' : 'convert_value', typed, type)
}

function conversion(work: string, { sql, type: from }: Typed, type: SqlType): Typed {
  if (nameOf(from) === nameOf(type)) return { sql, type }
  return { sql: `${work}(${sql}, '${nameOf(from)}', '${nameOf(type)}')`, type }
}

/** Finds the type that all of these are converted to where they meet. */
export function commonTypeOf(values: Pick<Typed, 'type' | 'isNull'>[]): SqlType {
  const types = values.filter((value) => !value.isNull).map((value) => value.type)
  return types.length === 0 ? int : types.reduce(commonType)
}

/** @throws SqlError 130 or 144 for a query inside of an aggregate or of GROUP BY */
export function checkSubquery(scope: Scope | undefined): void {
  if (scope?.clause === 'AGGREGATE') throw nestedAggregate()
  if (scope?.clause === 'GROUP BY') throw aggregateInGroupBy()
}

export function nestedAggregate(): SqlError {
  return new SqlError(
    130,
    'Cannot perform an aggregate function on an expression containing an aggregate or a subquery.',
    { class: 15 },
  )
}

export function aggregateInGroupBy(): SqlError {
  return new SqlError(
    144,
    'Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY clause.',
    { class: 15 },
  )
}

/** @throws SqlError 116 when a query that stands for a value has more than one column */
export function onlyColumn({ columns }: Relation): Relation['columns'][number] {
  const [only, ...more] = columns
  if (only && more.length === 0) return only
  throw new SqlError(
    116,
    'Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.',
  )
}

export function outsideSubset(context: Context, what: string): SqlError {
  return notImitated(what, context.statement)
}
