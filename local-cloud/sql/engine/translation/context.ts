// What the parts of the translation from T-SQL to SQLite share.
import { invalidColumn, notImitated, SqlError } from '../../model/errors.ts'
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
import { quoted, type Store } from '../storage/store.ts'

/** A piece of SQLite's SQL, and the T-SQL type of its value. A bare NULL has no type until it meets one. */
export interface Typed {
  sql: string
  type: SqlType
  isNull?: true
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

/** The statement that is being translated, its connection and its variables. */
export interface Context {
  translator: Translator
  store: Store
  database: string
  principal: Principal
  /** By their names in small letters. */
  variables: Map<string, Variable>
  rowCount: number
  transactionCount: number
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
  columns: { name: string; type: SqlType }[]
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
}

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
  const [name = '', ...qualifier] = path.toReversed()
  for (let level = scope; level; level = level.outer) {
    const found = level.relations
      .filter((relation) => isCalled(relation, qualifier.toReversed()))
      .flatMap(({ alias, columns }) =>
        columns.filter((column) => isSameName(column.name, name)).map((column) => ({ alias, column })),
      )
    if (found.length > 1) throw new SqlError(209, `Ambiguous column name '${name}'.`)
    const [only] = found
    if (only) return { sql: `${only.alias}.${quoted(only.column.name)}`, type: only.column.type }
  }
  if (qualifier.length === 0) throw invalidColumn(name)
  throw new SqlError(4104, `The multi-part identifier "${path.join('.')}" could not be bound.`)
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

/** Converts as an implicit conversion does, where that is needed at all. */
export function converted(typed: Typed, type: SqlType): Typed {
  if (typed.isNull) return { sql: 'NULL', type }
  if (areStoredAlike(typed.type, type) && (!isText(type) || typed.type.length <= type.length)) {
    return { sql: typed.sql, type }
  }
  return cast(typed, type)
}

/** Converts as CAST does. */
export function cast(typed: Typed, type: SqlType): Typed {
  if (typed.isNull) return { sql: 'NULL', type }
  if (nameOf(typed.type) === nameOf(type)) return typed
  return { sql: `convert_value(${typed.sql}, '${nameOf(typed.type)}', '${nameOf(type)}')`, type }
}

/** Finds the type that all of these are converted to where they meet. */
export function commonTypeOf(values: Typed[]): SqlType {
  const types = values.filter((value) => !value.isNull).map((value) => value.type)
  return types.length === 0 ? int : types.reduce(commonType)
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
