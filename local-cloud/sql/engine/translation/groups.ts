// Translates GROUP BY.
import { SqlError } from '../../model/errors.ts'
import type { OrderItem, Specification } from '../../tsql/syntax.ts'
import { comparable } from '../storage/store.ts'
import { type Context, isOwnColumn, type Scope } from './context.ts'
import { translateExpression } from './expressions.ts'
import { columnsOf, hasAggregate } from './parts.ts'

/** Whether a query gives one row for each group, or one for all rows. */
export function isAggregated(query: Specification, orderBy: OrderItem[]): boolean {
  const selected = query.items.flatMap((item) => (item.kind === 'star' ? [] : [item.value]))
  const parts = [...selected, ...orderBy.map(({ by }) => by)]
  return query.groupBy.length > 0 || query.having !== undefined || parts.some(hasAggregate)
}

/** Translates GROUP BY, and gives the scope in which the rest of the query is about groups. */
export function groupBy(query: Specification, context: Context, scope: Scope): { sql: string; scope: Scope } {
  const groups = query.groupBy.map((expression) => {
    if (!columnsOf(expression).some((path) => isOwnColumn(path, scope))) {
      throw new SqlError(
        164,
        'Each GROUP BY expression must contain at least one column that is not an outer reference.',
        { class: 15 },
      )
    }
    return translateExpression(expression, context, { ...scope, clause: 'GROUP BY' })
  })
  const keys = groups.map(({ sql, type }) => comparable(sql, type)).join(', ')
  return {
    sql: keys && ` GROUP BY ${keys}`,
    scope: { ...scope, groups: new Set(groups.map(({ sql }) => sql)) },
  }
}
