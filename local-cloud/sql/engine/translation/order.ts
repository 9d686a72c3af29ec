// Translates ORDER BY.
import { SqlError } from '../../model/errors.ts'
import type { Expression, OrderItem } from '../../tsql/syntax.ts'
import { isSameName } from '../catalog/table.ts'
import { comparable } from '../storage/store.ts'
import type { Context, Output, Relation, Scope } from './context.ts'
import { translateExpression } from './expressions.ts'

/** ORDER BY knows the aliases of the SELECT list and the positions in it, then the columns of the tables. */
export function orderClause(items: OrderItem[], outputs: Output[], context: Context, scope: Scope): string {
  return clause(items, ({ by }) => {
    const output = positionOrAlias(by, outputs)
    const { sql, type } = output ?? translateExpression(checkedKey(by, items), context, scope)
    return comparable(sql, type)
  })
}

/** The order of rows that are all different: only what they consist of has one value for each of them. */
export function distinctOrder(items: OrderItem[], outputs: Output[], context: Context, scope: Scope): string {
  return clause(items, ({ by }) => {
    const output = positionOrAlias(by, outputs)
    const wanted = output?.sql ?? translateExpression(checkedKey(by, items), context, scope).sql
    const index = outputs.findIndex(({ sql }) => sql === wanted)
    const selected = outputs[index]
    if (!selected) {
      throw new SqlError(
        145,
        'ORDER BY items must appear in the select list if SELECT DISTINCT is specified.',
        { class: 15 },
      )
    }
    return comparable(`c${index}`, selected.type)
  })
}

/** The order of a query that combines others, whose tables it does not know. */
export function outputOrder(items: OrderItem[], columns: Relation['columns']): string {
  const outputs = columns.map((column, index) => ({ ...column, sql: `c${index}` }))
  return clause(items, ({ by }) => {
    const output = positionOrAlias(by, outputs)
    if (output) return comparable(output.sql, output.type)
    throw new SqlError(
      104,
      'ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.',
      { class: 15 },
    )
  })
}

function clause(items: OrderItem[], key: (item: OrderItem) => string): string {
  const keys = items.map((item) => `${key(item)}${item.descending ? ' DESC' : ''}`)
  return keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : ''
}

function positionOrAlias(by: Expression, outputs: Output[]): Output | undefined {
  if (by.kind === 'column' && by.path.length === 1) return aliased(by.path[0] ?? '', outputs)
  if (by.kind !== 'number' || !/^\d+$/.test(by.text)) return undefined
  const output = outputs[Number(by.text) - 1]
  if (output) return output
  throw new SqlError(
    108,
    `The ORDER BY position number ${by.text} is out of range of the number of items in the select list.`,
    { class: 15 },
  )
}

function aliased(name: string, outputs: Output[]): Output | undefined {
  const [found, ...others] = outputs.filter((output) => isSameName(output.name, name))
  if (others.some((other) => other.sql !== found?.sql)) {
    throw new SqlError(209, `Ambiguous column name '${name}'.`)
  }
  return found
}

// SQLite would take a number for a position, and any other constant for an order.
function checkedKey(by: Expression, items: OrderItem[]): Expression {
  const position = items.findIndex((item) => item.by === by) + 1
  if (by.kind === 'variable') {
    throw new SqlError(
      1008,
      `The SELECT item identified by the ORDER BY number ${position} contains a variable as part of the expression identifying a column position. Variables are only allowed when ordering by an expression referencing a column name.`,
    )
  }
  if (!['number', 'text', 'binary', 'null'].includes(by.kind)) return by
  throw new SqlError(408, `A constant expression was encountered in the ORDER BY list, position ${position}.`)
}
