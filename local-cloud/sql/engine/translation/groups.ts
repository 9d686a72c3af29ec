// What a query with GROUP BY or aggregates may name. SQLite would allow any column, and pick the value of some row.
import { SqlError } from '../../model/errors.ts'
import type { Condition, Expression, Query } from '../../tsql/syntax.ts'
import type { Context, Scope } from './context.ts'
import { translateExpression } from './expressions.ts'

type Part = Expression | Condition

export function isAggregated(query: Query): boolean {
  return query.groupBy.length > 0 || query.having !== undefined || selected(query).some(hasAggregate)
}

function selected(query: Query): Part[] {
  const items = query.items.flatMap((item) => (item.kind === 'star' ? [] : [item.value]))
  return [...items, ...query.orderBy.map(({ by }) => by)]
}

function hasAggregate(part: Part): boolean {
  if (part.kind === 'aggregate' && !part.over) return true
  return partsOf(part).some(hasAggregate)
}

/** @throws SqlError 8120 for a column that stands neither in an aggregate nor in the GROUP BY */
export function checkGroups(query: Query, groups: Set<string>, context: Context, scope: Scope): void {
  const aliases = query.items.flatMap((item) => (item.kind === 'item' && item.alias ? [item.alias] : []))
  if (query.items.some((item) => item.kind === 'star')) throw ungrouped('*')
  for (const part of [...selected(query), ...(query.having ? [query.having] : [])]) {
    const isAlias = part.kind === 'column' && part.path.length === 1 && aliases.includes(part.path[0] ?? '')
    if (!isAlias) check(part, groups, context, scope)
  }
}

function check(part: Part, groups: Set<string>, context: Context, scope: Scope): void {
  if (part.kind === 'aggregate' && !part.over) return
  if (
    isExpression(part) &&
    part.kind !== 'aggregate' &&
    groups.has(translateExpression(part, context, scope).sql)
  ) {
    return
  }
  if (part.kind === 'column') {
    const { sql } = translateExpression(part, context, scope)
    if (scope.relations.some(({ alias }) => sql.startsWith(`${alias}.`))) throw ungrouped(part.path.join('.'))
  }
  for (const inner of partsOf(part)) check(inner, groups, context, scope)
}

const conditions = ['and', 'or', 'not', 'comparison', 'is null', 'in', 'like', 'exists']

function isExpression(part: Part): part is Expression {
  return !conditions.includes(part.kind)
}

// The expressions and conditions that this one is made of. Queries inside have groups of their own.
function partsOf(part: Part): Part[] {
  return Object.values(part).flatMap(partsIn)
}

function partsIn(value: unknown): Part[] {
  if (Array.isArray(value)) return value.flatMap(partsIn)
  if (typeof value !== 'object' || value === null) return []
  if (!('kind' in value)) return Object.values(value).flatMap(partsIn)
  return value.kind === 'query' ? [] : [value as Part]
}

function ungrouped(column: string): SqlError {
  return new SqlError(
    8120,
    `Column '${column}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
  )
}
