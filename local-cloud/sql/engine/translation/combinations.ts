// Translates UNION, INTERSECT and EXCEPT.
import { SqlError } from '../../model/errors.ts'
import type { Combination, QueryBody } from '../../tsql/syntax.ts'
import { comparable } from '../storage/store.ts'
import { type Context, commonTypeOf, converted, outsideSubset, type Relation, type Scope } from './context.ts'
import { limitClause } from './limits.ts'
import { specification } from './specification.ts'

/** Each column gets the type that suits it in both queries, and the name that it has in the first. */
export function combination(
  { operator, left, right }: Combination,
  context: Context,
  scope: Scope,
): Relation {
  const [first, second] = [operand(left, context, scope), operand(right, context, scope)]
  if (first.columns.length !== second.columns.length) {
    throw new SqlError(
      205,
      'All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.',
    )
  }
  const columns = first.columns.map((column, index) => unified(column, second.columns[index] ?? column))
  const rows = (relation: Relation, side: number) =>
    `SELECT ${side} AS side, ${list(relation, columns)} FROM (${relation.sql})`
  const both = `${rows(first, 1)} UNION ALL ${rows(second, 2)}`
  const names = columns.map((_, index) => `c${index}`).join(', ')
  const keys = columns.map(({ type }, index) => comparable(`c${index}`, type)).join(', ')
  const groups = operator === 'UNION ALL' ? '' : ` GROUP BY ${keys}${having[operator]}`
  return { sql: `SELECT ${names} FROM (${both})${groups}`, columns }
}

/** Which sides must have a row. To these operators, unlike to a comparison, NULL equals NULL. */
const having = {
  UNION: '',
  INTERSECT: ' HAVING min(side) < max(side)',
  EXCEPT: ' HAVING max(side) = 1',
}

function operand(body: QueryBody, context: Context, scope: Scope): Relation {
  if (body.kind === 'combination') return combination(body, context, scope)
  if (body.items.some((item) => item.kind === 'assignment')) {
    throw outsideSubset(context, 'a variable that is set in a UNION, INTERSECT or EXCEPT')
  }
  const { select, columns } = specification(body, [], context, scope)
  return { sql: `${select}${limitClause(body, context)}`, columns }
}

function unified(
  a: Relation['columns'][number],
  b: Relation['columns'][number],
): Relation['columns'][number] {
  const type = commonTypeOf([a, b])
  return a.isNull && b.isNull ? { name: a.name, type, isNull: true } : { name: a.name, type }
}

function list({ columns }: Relation, wanted: Relation['columns']): string {
  const values = columns.map((column, index) => {
    const { sql } = converted({ ...column, sql: `c${index}` }, wanted[index]?.type ?? column.type)
    return `${sql} AS c${index}`
  })
  return values.join(', ')
}
