// Translates one SELECT: its list, FROM, WHERE, GROUP BY and HAVING, with the ORDER BY of the query that it is.
import { SqlError } from '../../model/errors.ts'
import type { OrderItem, SelectItem, Specification } from '../../tsql/syntax.ts'
import { comparable } from '../storage/store.ts'
import { translateCondition } from './conditions.ts'
import { type Context, columnOf, isCalled, type Output, type Relation, type Scope } from './context.ts'
import { translateExpression } from './expressions.ts'
import { groupBy, isAggregated } from './groups.ts'
import { distinctOrder, orderClause } from './order.ts'
import { translateSource } from './sources.ts'

/** The parts of a SELECT; a limit may follow them. */
interface Selection {
  select: string
  order: string
  columns: Relation['columns']
}

export function specification(
  query: Specification,
  orderBy: OrderItem[],
  context: Context,
  names: Scope,
): Selection {
  const scope: Scope = { ...names, relations: [] }
  const from = query.from ? ` FROM ${translateSource(query.from, context, scope)}` : ''
  const where = query.where
    ? ` WHERE ${translateCondition(query.where, context, { ...scope, clause: 'WHERE' })}`
    : ''
  const groups = isAggregated(query, orderBy) ? groupBy(query, context, scope) : { sql: '', scope }
  const having = query.having
    ? ` HAVING ${translateCondition(query.having, context, { ...groups.scope, clause: 'HAVING' })}`
    : ''
  const outputs = query.items.flatMap((item) =>
    outputsOf(item, context, { ...groups.scope, clause: 'SELECT' }),
  )
  const list = outputs.map(({ sql }, index) => `${sql} AS c${index}`).join(', ')
  const select = `SELECT ${list}${from}${where}${groups.sql}${having}`
  const columns = outputs.map(({ sql: _, ...column }) => column)
  const orderScope: Scope = { ...groups.scope, clause: 'ORDER BY' }
  if (!query.distinct) return { select, order: orderClause(orderBy, outputs, context, orderScope), columns }
  const keys = outputs.map(({ type }, index) => comparable(`c${index}`, type)).join(', ')
  const order = distinctOrder(orderBy, outputs, context, orderScope)
  return { select: `SELECT * FROM (${select}) GROUP BY ${keys}`, order, columns }
}

/** Translates an item of a SELECT list, or of an OUTPUT: a star stands for several columns. */
export function outputsOf(item: SelectItem, context: Context, scope: Scope): Output[] {
  if (item.kind === 'star') return star(item.qualifier, scope)
  const { origin, ...typed } = translateExpression(item.value, context, scope)
  const alias = item.kind === 'item' ? item.alias : undefined
  const own = item.value.kind === 'column' ? (item.value.path.at(-1) ?? '') : ''
  return [{ ...typed, name: alias ?? own, ...(item.value.kind === 'column' && { origin }) }]
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
  return relations.flatMap((relation) =>
    relation.columns
      .filter(({ isHidden }) => !isHidden)
      .map((column) => ({ ...columnOf(relation, column, scope), name: column.name })),
  )
}
