// Translates a query: what WITH names, its SELECTs, and the order and the limit of the whole.
import { SqlError } from '../../model/errors.ts'
import type { CommonTable, Query } from '../../tsql/syntax.ts'
import { combination } from './combinations.ts'
import type { Context, Relation, Scope } from './context.ts'
import { jsonOfRows } from './for-json.ts'
import { limitClause, pageClause } from './limits.ts'
import { outputOrder } from './order.ts'
import { namesTable, recursion } from './recursion.ts'
import { derived } from './sources.ts'
import { specification } from './specification.ts'

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
  const rows = rowsOf(query, context, outer, common, isStatement)
  return query.forJson ? jsonOfRows(rows, query.forJson, context) : rows
}

function rowsOf(
  query: Query,
  context: Context,
  outer: Scope | undefined,
  common: Scope['common'],
  isStatement: boolean,
): Relation {
  const { body } = query
  const scope: Scope = { relations: [], common: [...common], outer }
  for (const table of query.with) {
    scope.common.unshift(commonTable(table, query.mostSteps, context, scope.common))
  }
  checkOrder(query, isStatement)
  if (body.kind === 'specification') {
    if (body.top && query.offset) throw topWithOffset()
    const { select, order, columns } = specification(body, query.orderBy, context, scope)
    return { sql: `${select}${order}${limitClause(body, context)}${pageClause(query, context)}`, columns }
  }
  const { sql, columns } = combination(body, context, scope)
  const order = outputOrder(query.orderBy, columns)
  return { sql: `SELECT * FROM (${sql})${order}${pageClause(query, context)}`, columns }
}

function commonTable(
  table: CommonTable,
  mostSteps: number,
  context: Context,
  common: Scope['common'],
): Scope['common'][number] {
  const { name, columns, query } = table
  if (namesTable(query, name)) return { name, relation: recursion(table, mostSteps, context, common) }
  const relation = translateQuery(query, context, undefined, common)
  return { name, relation: derived(relation, { alias: name, columns }) }
}

function checkOrder({ body, orderBy, offset, forJson }: Query, isStatement: boolean): void {
  const hasTop = body.kind === 'specification' && body.top
  if (isStatement || orderBy.length === 0 || hasTop || offset || forJson) return
  throw new SqlError(
    1033,
    'The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.',
    { class: 15 },
  )
}

function topWithOffset(): SqlError {
  return new SqlError(10741, 'A TOP can not be used in the same query or sub-query as a OFFSET.', {
    class: 15,
  })
}
