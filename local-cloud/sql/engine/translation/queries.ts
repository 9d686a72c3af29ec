// Translates SELECT.
import { SqlError } from '../../model/errors.ts'
import type { Expression, OrderItem, Query, SelectItem } from '../../tsql/syntax.ts'
import { isSameName } from '../catalog/table.ts'
import { comparable, quoted } from '../storage/store.ts'
import { translateCondition } from './conditions.ts'
import { type Context, isCalled, type Relation, type Scope, type Typed } from './context.ts'
import { translateExpression } from './expressions.ts'
import { checkGroups, isAggregated } from './groups.ts'
import { limitClause } from './limits.ts'
import { derived, translateSource } from './sources.ts'

/** One column of a result. */
interface Output extends Typed {
  name: string
}

/**
 * Translates a query. Its columns are called c0, c1, … in SQLite; their names and types come beside.
 *
 * @param outer what the queries around it name; undefined for a statement of its own
 */
export function translateQuery(
  query: Query,
  context: Context,
  outer?: Scope,
  common: Scope['common'] = [],
  isStatement = false,
): Relation {
  const scope: Scope = { relations: [], common: [...common], outer }
  for (const table of query.with) {
    const relation = translateQuery(table.query, context, undefined, scope.common)
    scope.common.unshift({
      name: table.name,
      relation: derived(relation, { alias: table.name, columns: table.columns }),
    })
  }
  const from = query.from ? ` FROM ${translateSource(query.from, context, scope)}` : ''
  const where = query.where ? ` WHERE ${translateCondition(query.where, context, scope)}` : ''
  const outputs = query.items.flatMap((item) => outputsOf(item, context, scope))
  const group = groupClause(query, context, scope)
  const list = outputs.map((output, index) => `${output.sql} AS c${index}`).join(', ')
  const select = `SELECT ${list}${from}${where}${group}`
  const columns = outputs.map(({ name, type }) => ({ name, type }))

  checkOrder(query, isStatement)
  const limit = limitClause(query, context)
  if (query.distinct) {
    const keys = outputs.map((output, index) => comparable(`c${index}`, output.type)).join(', ')
    const order = orderClause(query.orderBy, (item) => distinctOrder(item, outputs, context, scope))
    return { sql: `SELECT * FROM (${select}) GROUP BY ${keys}${order}${limit}`, columns }
  }
  const order = orderClause(query.orderBy, (item) => orderKey(item, outputs, context, scope))
  return { sql: `${select}${order}${limit}`, columns }
}

function outputsOf(item: SelectItem, context: Context, scope: Scope): Output[] {
  if (item.kind === 'star') return star(item.qualifier, scope)
  const typed = translateExpression(item.value, context, scope)
  const alias = item.kind === 'item' ? item.alias : undefined
  const own = item.value.kind === 'column' ? (item.value.path.at(-1) ?? '') : ''
  return [{ ...typed, name: alias ?? own }]
}

function star(qualifier: string[], scope: Scope): Output[] {
  const relations = scope.relations.filter((relation) => isCalled(relation, qualifier))
  if (relations.length === 0) {
    if (qualifier.length === 0) throw new SqlError(263, 'Must specify table to select from.')
    throw new SqlError(
      107,
      `The column prefix '${qualifier.join('.')}' does not match with a table name or alias name used in the query.`,
      { class: 15 },
    )
  }
  return relations.flatMap(({ alias, columns }) =>
    columns.map(({ name, type }) => ({
      sql: `${alias}.${quoted(name)}`,
      type,
      name,
    })),
  )
}

function groupClause(query: Query, context: Context, scope: Scope): string {
  if (!isAggregated(query)) return ''
  const groups = query.groupBy.map((expression) => translateExpression(expression, context, scope))
  checkGroups(query, new Set(groups.map(({ sql }) => sql)), context, scope)
  const keys = groups.map(({ sql, type }) => comparable(sql, type)).join(', ')
  const having = query.having ? ` HAVING ${translateCondition(query.having, context, scope)}` : ''
  return (keys && ` GROUP BY ${keys}`) + having
}

function checkOrder(query: Query, isStatement: boolean): void {
  if (isStatement || query.orderBy.length === 0 || query.top || query.offset) return
  throw new SqlError(
    1033,
    'The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.',
    { class: 15 },
  )
}

function orderClause(items: OrderItem[], key: (item: OrderItem) => string): string {
  const keys = items.map((item) => `${key(item)}${item.descending ? ' DESC' : ''}`)
  return keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : ''
}

// ORDER BY knows the aliases of the SELECT list and the positions in it, then the columns of the tables.
function orderKey({ by }: OrderItem, outputs: Output[], context: Context, scope: Scope): string {
  const output = positionOrAlias(by, outputs)
  const { sql, type } = output ?? translateExpression(by, context, scope)
  return comparable(sql, type)
}

function positionOrAlias(by: Expression, outputs: Output[]): Output | undefined {
  if (by.kind === 'column' && by.path.length === 1) {
    return aliased(by.path[0] ?? '', outputs)
  }
  if (by.kind !== 'number') return undefined
  const output = outputs[Number(by.text) - 1]
  if (!output) {
    const words = 'is out of range of the number of items in the select list'
    throw new SqlError(108, `The ORDER BY position number ${by.text} ${words}.`, { class: 15 })
  }
  return output
}

function aliased(name: string, outputs: Output[]): Output | undefined {
  const [found, ...others] = outputs.filter((output) => isSameName(output.name, name))
  if (others.some((other) => other.sql !== found?.sql)) {
    throw new SqlError(209, `Ambiguous column name '${name}'.`)
  }
  return found
}

function distinctOrder({ by }: OrderItem, outputs: Output[], context: Context, scope: Scope): string {
  const wanted = positionOrAlias(by, outputs)?.sql ?? translateExpression(by, context, scope).sql
  const index = outputs.findIndex((output) => output.sql === wanted)
  const output = outputs[index]
  if (!output) {
    throw new SqlError(
      145,
      'ORDER BY items must appear in the select list if SELECT DISTINCT is specified.',
      { class: 15 },
    )
  }
  return comparable(`c${index}`, output.type)
}
