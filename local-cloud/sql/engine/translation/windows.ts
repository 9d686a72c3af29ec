// Translates OVER, and the functions that are at home in windows only.
// https://learn.microsoft.com/sql/t-sql/queries/select-over-clause-transact-sql
import { SqlError } from '../../model/errors.ts'
import { bigint, float, type SqlType } from '../../model/types.ts'
import type { Aggregate, Expression, OrderItem, Window } from '../../tsql/syntax.ts'
import { comparable } from '../storage/store.ts'
import { type Context, constantValue, converted, outsideSubset, type Typed } from './context.ts'

type Translate = (expression: Expression) => Typed

interface WindowFunction {
  /** How many arguments there can be. */
  counts: number[]
  mayHaveFrame?: true
  translate(values: Typed[], context: Context): Typed
}

const functions: Record<string, WindowFunction> = {
  ROW_NUMBER: { counts: [0], translate: () => ({ sql: 'row_number()', type: bigint }) },
  RANK: { counts: [0], translate: () => ({ sql: 'rank()', type: bigint }) },
  DENSE_RANK: { counts: [0], translate: () => ({ sql: 'dense_rank()', type: bigint }) },
  PERCENT_RANK: { counts: [0], translate: () => ({ sql: 'percent_rank()', type: float }) },
  CUME_DIST: { counts: [0], translate: () => ({ sql: 'cume_dist()', type: float }) },
  NTILE: { counts: [1], translate: ntile },
  LAG: { counts: [1, 2, 3], translate: (values) => neighbour('lag', values) },
  LEAD: { counts: [1, 2, 3], translate: (values) => neighbour('lead', values) },
  FIRST_VALUE: { counts: [1], mayHaveFrame: true, translate: ([value]) => edge('first_value', value) },
  LAST_VALUE: { counts: [1], mayHaveFrame: true, translate: ([value]) => edge('last_value', value) },
}

export function isWindowFunction(name: string): boolean {
  return name in functions
}

export function windowFunction(
  call: Aggregate,
  values: Typed[],
  translate: Translate,
  context: Context,
): Typed {
  const { name, over } = call
  const known = functions[name]
  if (!known?.counts.includes(values.length) || call.distinct || call.withinGroup.length > 0) {
    throw wrongArguments(call, context)
  }
  if (!over) throw new SqlError(10753, `The function '${name}' must have an OVER clause.`, { class: 15 })
  if (over.orderBy.length === 0) {
    const words = `The function '${name}' must have an OVER clause with ORDER BY.`
    throw new SqlError(4112, words, { class: 15 })
  }
  if (over.frame && !known.mayHaveFrame) {
    throw new SqlError(10752, `The function '${name}' may not have a window frame.`, { class: 15 })
  }
  const { sql, type } = known.translate(values, context)
  return { sql: sql + windowClause(over, translate), type }
}

export function wrongArguments({ name }: Aggregate, context: Context): SqlError {
  return outsideSubset(context, `the function ${name} with these arguments`)
}

export function windowClause(over: Window, translate: Translate): string {
  const partition = over.partitionBy.map((by) => key(by, translate)).join(', ')
  const parts = [
    partition && `PARTITION BY ${partition}`,
    orderOf(over.orderBy, translate),
    over.frame && frameClause(over),
  ]
  return ` OVER (${parts.filter(Boolean).join(' ')})`
}

/** Translates an ORDER BY that knows no aliases and no positions. */
export function orderOf(items: OrderItem[], translate: Translate): string {
  const keys = items.map(({ by, descending }) => {
    if (['number', 'text', 'binary', 'null', 'variable'].includes(by.kind)) throw constantKey(by)
    return `${key(by, translate)}${descending ? ' DESC' : ''}`
  })
  return keys.length > 0 ? `ORDER BY ${keys.join(', ')}` : ''
}

function key(expression: Expression, translate: Translate): string {
  const { sql, type } = translate(expression)
  return comparable(sql, type)
}

function constantKey(by: Expression): SqlError {
  const words = 'Windowed functions, aggregates and NEXT VALUE FOR functions do not support'
  return by.kind === 'number' && /^\d+$/.test(by.text)
    ? new SqlError(5308, `${words} integer indices as ORDER BY clause expressions.`)
    : new SqlError(5309, `${words} constants as ORDER BY clause expressions.`)
}

function frameClause({ orderBy, frame }: Window): string {
  if (orderBy.length === 0) {
    const words = 'Window frame with ROWS or RANGE must have an ORDER BY clause.'
    throw new SqlError(10756, words, { class: 15 })
  }
  return `${frame?.unit} BETWEEN ${frame?.from} AND ${frame?.to}`
}

function ntile([groups]: Typed[], context: Context): Typed {
  const count = groups && constantValue(converted(groups, bigint), context)
  if (typeof count === 'bigint' && count > 0n) return { sql: `ntile(${count})`, type: bigint }
  throw new SqlError(
    4116,
    "The function 'NTILE' takes only a positive int or bigint expression as its input.",
  )
}

// The value of a row before or behind this one, and what stands for it where there is none.
function neighbour(work: string, [value, distance, otherwise]: Typed[]): Typed {
  const type = typeOf(value)
  const values = [
    value?.sql,
    distance ? `row_distance(${converted(distance, bigint).sql})` : '1',
    otherwise && converted(otherwise, type).sql,
  ]
  return { sql: `${work}(${values.filter(Boolean).join(', ')})`, type }
}

function edge(work: string, value: Typed | undefined): Typed {
  return { sql: `${work}(${value?.sql})`, type: typeOf(value) }
}

function typeOf(value: Typed | undefined): SqlType {
  return value?.type ?? bigint
}
