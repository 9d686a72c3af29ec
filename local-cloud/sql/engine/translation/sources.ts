// Translates a FROM: tables, joins, queries and rows that stand in for tables.
import { invalidObject, SqlError } from '../../model/errors.ts'
import { parseQuery } from '../../tsql/parser.ts'
import type { ColumnDefinition, Expression, Source, TableFunction } from '../../tsql/syntax.ts'
import { findTable } from '../catalog/catalog.ts'
import { requirePermission, visibleOnly } from '../catalog/permissions.ts'
import { SECURABLE } from '../catalog/system-tables.ts'
import { isSameName, isSystemView, storedName, type Table } from '../catalog/table.ts'
import { quoted } from '../storage/store.ts'
import { translateCondition } from './conditions.ts'
import {
  type Context,
  commonTypeOf,
  converted,
  outsideSubset,
  type Relation,
  type RelationColumn,
  type Scope,
} from './context.ts'
import { translateExpression } from './expressions.ts'
import { lateral, tableFunction } from './table-functions.ts'

/** Translates a FROM, and adds to the scope what it names. */
export function translateSource(source: Source, context: Context, scope: Scope): string {
  switch (source.kind) {
    case 'join':
      return join(source, context, scope)
    case 'table': {
      const relation = relationNamed(source.path, context, scope)
      return named(relation, source.alias ? [source.alias] : source.path, context, scope)
    }
    case 'derived': {
      const relation = derived(
        context.translator.query(source.query, context, scope.outer, scope.common),
        source,
      )
      return named(relation, [source.alias], context, scope)
    }
    case 'rows':
      return named(
        derived(translateRows(source.rows, context, scope.outer), source),
        [source.alias],
        context,
        scope,
      )
    case 'function':
      return functionRows(source, context, scope, scope.outer)
  }
}

// The arguments know the tables before the function only where it follows APPLY.
function functionRows(
  source: TableFunction,
  context: Context,
  scope: Scope,
  inner: Scope | undefined,
): string {
  const values = source.arguments.map((value) => translateExpression(value, context, inner))
  return named(tableFunction(source, values, context), [source.alias ?? source.name], context, scope)
}

function apply(left: string, source: JoinOf, context: Context, scope: Scope): string {
  const { right } = source
  const before = scope.relations.length
  const outer: Scope = { ...scope, relations: [...scope.relations] }
  const rows =
    right.kind === 'function'
      ? functionRows(right, context, scope, outer)
      : lateralRows(right, context, scope, outer)
  if (source.join === 'CROSS APPLY') return `${left} JOIN ${rows}`
  makeNullable(scope.relations, before)
  return `${left} LEFT JOIN ${rows} ON TRUE`
}

function lateralRows(right: Source, context: Context, scope: Scope, outer: Scope): string {
  if (right.kind !== 'derived' && right.kind !== 'rows') throw outsideSubset(context, 'APPLY of a table')
  const query =
    right.kind === 'rows'
      ? translateRows(right.rows, context, outer)
      : context.translator.query(right.query, context, outer, scope.common)
  derived(query, right)
  const columns = query.columns.map((column, index) => ({
    ...column,
    name: right.columns[index] ?? column.name,
  }))
  return named(lateral({ sql: query.sql, columns }, context), [right.alias], context, scope)
}

type JoinOf = Extract<Source, { kind: 'join' }>

function join(source: JoinOf, context: Context, scope: Scope): string {
  const first = scope.relations.length
  const left = translateSource(source.left, context, scope)
  if (source.join === 'CROSS APPLY' || source.join === 'OUTER APPLY')
    return apply(left, source, context, scope)
  const second = scope.relations.length
  const right = translateSource(source.right, context, scope)
  if (source.join === 'LEFT' || source.join === 'FULL') makeNullable(scope.relations, second)
  if (source.join === 'RIGHT' || source.join === 'FULL') makeNullable(scope.relations, first, second)
  const tables = `${left} ${source.join} JOIN ${source.right.kind === 'join' ? `(${right})` : right}`
  if (!source.on) return tables
  // The condition of a join knows the tables that it joins, and no other.
  const inner: Scope = { ...scope, relations: scope.relations.slice(first), clause: 'ON' }
  return `${tables} ON ${translateCondition(source.on, context, inner)}`
}

/** Of the tables whose rows an outer join may leave out. */
function makeNullable(relations: Scope['relations'], start: number, end = relations.length): void {
  for (const relation of relations.slice(start, end)) {
    relation.columns = relation.columns.map(({ origin, ...column }) =>
      origin ? { ...column, origin: { ...origin, nullable: true } } : column,
    )
  }
}

function named(relation: Relation, path: string[], context: Context, scope: Scope): string {
  if (scope.relations.some((other) => isSameName(other.path.join('.'), path.join('.')))) {
    throw new SqlError(
      1012,
      `The correlation name '${path.join('.')}' has the same exposed name as another table of this FROM clause.`,
    )
  }
  context.sourceCount += 1
  const alias = `t${context.sourceCount}`
  scope.relations.push({ ...relation, path, alias })
  return `${relation.sql} AS ${alias}`
}

function relationNamed(path: string[], context: Context, scope: Scope): Relation {
  for (let level: Scope | undefined = scope; level && path.length === 1; level = level.outer) {
    const common = level.common.find((table) => isSameName(table.name, path[0] ?? ''))
    if (common) return common.relation
  }
  const table = findTable(context.store, path)
  if (!table) throw notFound(path, context)
  requirePermission(context.store, context.principal, 'SELECT', table, context.database)
  if (table.view !== undefined) return viewRelation(table, table.view, context)
  if (isSystemView(table)) return systemRelation(table, context)
  return { sql: storedName(table), columns: table.columns.map(fromTable) }
}

function systemRelation(view: Table, { principal }: Context): Relation {
  const visible = view.isAboutObjects ? visibleOnly(principal, SECURABLE) : 'TRUE'
  return {
    sql: `(SELECT * FROM ${storedName(view)} WHERE ${visible})`,
    columns: view.columns.map(fromTable),
    isSystem: true,
  }
}

// Who may read a view need not be allowed to read what it reads: both belong to dbo.
// https://learn.microsoft.com/sql/relational-databases/tutorial-ownership-chains-and-context-switching
function viewRelation(view: Table, text: string, context: Context): Relation {
  const inner = { ...context, principal: { ...context.principal, isAdministrator: true } }
  const relation = context.translator.query(parseQuery(text), inner)
  context.sourceCount = inner.sourceCount
  // What a star stands for was settled when the view was made; a new column of the table comes behind.
  const columns = relation.columns.slice(0, view.columns.length)
  return derived(
    { ...relation, columns },
    { alias: view.name, columns: view.columns.map(({ name }) => name) },
  )
}

function fromTable({ name, type, nullable, identity }: ColumnDefinition): RelationColumn {
  return { name, type, origin: { nullable, identity: identity !== undefined } }
}

// What SQL Server has in these schemas and this database has not would be there in Azure.
function notFound(path: string[], context: Context): SqlError {
  const schema = path.at(-2) ?? ''
  const isSystem = isSameName(schema, 'sys') || isSameName(schema, 'INFORMATION_SCHEMA')
  return isSystem ? outsideSubset(context, `the view ${path.join('.')}`) : invalidObject(path.join('.'))
}

/** Gives a query that stands in for a table the names of its columns. */
export function derived(query: Relation, name: { alias: string; columns: string[] }): Relation {
  const { alias, columns } = name
  if (columns.length > 0 && columns.length !== query.columns.length) {
    const [number, word] = columns.length > query.columns.length ? [8159, 'fewer'] : [8158, 'more']
    throw new SqlError(number, `'${alias}' has ${word} columns than were specified in the column list.`)
  }
  const named = query.columns.map(({ name, type, origin }, index) => ({
    name: columns[index] ?? name,
    type,
    origin,
  }))
  const nameless = named.findIndex((column) => column.name === '')
  if (nameless >= 0) {
    throw new SqlError(8155, `No column name was specified for column ${nameless + 1} of '${alias}'.`)
  }
  const list = named.map((column, index) => `c${index} AS ${quoted(column.name)}`)
  return { sql: `(SELECT ${list.join(', ')} FROM (${query.sql}))`, columns: named }
}

/** Translates rows of values. Each column gets the type that suits all of its values. */
export function translateRows(rows: Expression[][], context: Context, scope?: Scope): Relation {
  const translated = rows.map((row) => row.map((value) => translateExpression(value, context, scope)))
  const [first = []] = translated
  if (translated.some((row) => row.length !== first.length)) {
    throw new SqlError(
      10709,
      'The number of columns for each row in a table value constructor must be the same.',
    )
  }
  const types = first.map((_, index) => commonTypeOf(translated.flatMap((row) => row[index] ?? [])))
  const tuples = translated.map((row) =>
    row.map((value, index) => converted(value, types[index] ?? value.type).sql),
  )
  return {
    sql: scope && tuples.length <= MOST_SELECTS ? rowByRow(tuples) : valuesOf(tuples),
    columns: types.map((type) => ({ name: '', type })),
  }
}

const MOST_SELECTS = 500

// SQLite takes any number of rows behind VALUES, but those that name the columns of a query around it not in this way.
function rowByRow(tuples: string[][]): string {
  return tuples
    .map((values) => `SELECT ${values.map((value, index) => `${value} AS c${index}`).join(', ')}`)
    .join(' UNION ALL ')
}

function valuesOf(tuples: string[][]): string {
  const names = tuples[0]?.map((_, index) => `column${index + 1} AS c${index}`) ?? []
  return `SELECT ${names.join(', ')} FROM (VALUES ${tuples.map((values) => `(${values.join(', ')})`).join(', ')})`
}
