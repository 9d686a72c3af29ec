// COUNT, SUM, MIN, MAX and AVG, over groups and over windows, and ROW_NUMBER.
import { SqlError } from '../../model/errors.ts'
import { bigint, decimal, familyOf, float, int, isText, nameOf } from '../../model/types.ts'
import type { Aggregate, Expression } from '../../tsql/syntax.ts'
import { comparable } from '../storage/store.ts'
import {
  aggregateInGroupBy,
  type Clause,
  type Context,
  isOwnColumn,
  nestedAggregate,
  outsideSubset,
  type Scope,
  type Typed,
} from './context.ts'
import { columnsOf } from './parts.ts'

type Translate = (expression: Expression, context: Context, scope?: Scope) => Typed

/** @param translate translates what the aggregate is made of */
export function aggregate(call: Aggregate, translate: Translate, context: Context, scope?: Scope): Typed {
  checkClause(call, scope?.clause)
  const inner: Scope | undefined =
    scope && (call.over ? { ...scope, clause: 'OVER' } : { ...scope, clause: 'AGGREGATE', groups: undefined })
  if (call.argument && !call.over) checkOwnColumns(call.argument, context, scope)
  const argument = call.argument && translate(call.argument, context, inner)
  const window = call.over
    ? ` OVER (${overClause(call.over, (expression) => translate(expression, context, inner))})`
    : ''
  switch (call.name) {
    case 'COUNT':
      return { sql: count(call, argument) + window, type: int }
    case 'COUNT_BIG':
      return { sql: count(call, argument) + window, type: bigint }
    case 'ROW_NUMBER':
      if (!call.over)
        throw new SqlError(10753, "The function 'ROW_NUMBER' must have an OVER clause.", { class: 15 })
      return { sql: `row_number()${window}`, type: bigint }
    default:
      return ofValues(call, argument, window, context)
  }
}

// An aggregate belongs to the query whose columns it is about.
function checkOwnColumns(argument: Expression, context: Context, scope: Scope | undefined): void {
  const columns = columnsOf(argument)
  if (columns.length === 0 || !scope || columns.some((path) => isOwnColumn(path, scope))) return
  throw outsideSubset(context, 'aggregates of the columns of an outer query')
}

function checkClause({ over, distinct }: Aggregate, clause: Clause | undefined): void {
  if (over && distinct)
    throw new SqlError(10759, 'Use of DISTINCT is not allowed with the OVER clause.', { class: 15 })
  if (over && clause && ['WHERE', 'ON', 'GROUP BY', 'HAVING'].includes(clause)) {
    throw new SqlError(4108, 'Windowed functions can only appear in the SELECT or ORDER BY clauses.', {
      class: 15,
    })
  }
  if (over && clause && ['AGGREGATE', 'OVER'].includes(clause)) {
    const words =
      'Windowed functions cannot be used in the context of another windowed function or aggregate.'
    throw new SqlError(4109, words, { class: 15 })
  }
  if (clause === 'AGGREGATE') throw nestedAggregate()
  if (clause === 'GROUP BY') throw aggregateInGroupBy()
  if (clause === 'WHERE' || clause === 'ON') throw misplaced(clause)
}

function misplaced(clause: 'WHERE' | 'ON'): SqlError {
  const words = 'and the column being aggregated is an outer reference.'
  return clause === 'WHERE'
    ? new SqlError(
        147,
        `An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, ${words}`,
        { class: 15 },
      )
    : new SqlError(
        1015,
        `An aggregate cannot appear in an ON clause unless it is in a subquery contained in a HAVING clause or select list, ${words}`,
        { class: 15 },
      )
}

function overClause(
  over: NonNullable<Aggregate['over']>,
  translate: (expression: Expression) => Typed,
): string {
  const key = (expression: Expression) => {
    const { sql, type } = translate(expression)
    return comparable(sql, type)
  }
  const partition = over.partitionBy.map(key).join(', ')
  const order = over.orderBy.map(({ by, descending }) => `${key(by)}${descending ? ' DESC' : ''}`).join(', ')
  return [partition && `PARTITION BY ${partition}`, order && `ORDER BY ${order}`].filter(Boolean).join(' ')
}

function count(call: Aggregate, argument: Typed | undefined): string {
  if (!argument) return 'count(*)'
  return `count(${call.distinct ? 'DISTINCT ' : ''}${comparable(argument.sql, argument.type)})`
}

function ofValues(call: Aggregate, argument: Typed | undefined, window: string, context: Context): Typed {
  if (!argument) throw outsideSubset(context, `${call.name}(*)`)
  const family = familyOf(argument.type)
  const operator = call.name.toLowerCase()
  const isNumber = ['integer', 'decimal', 'float'].includes(family)
  const isExtreme = call.name === 'MIN' || call.name === 'MAX'
  if (argument.type.name === 'bit' || (!isExtreme && !isNumber)) {
    throw new SqlError(8117, `Operand data type ${argument.type.name} is invalid for ${operator} operator.`)
  }
  if (isExtreme) return extreme(operator, argument, window, context)
  return call.name === 'SUM' ? sum(call, argument, window) : average(call, argument, window)
}

function sum(call: Aggregate, { sql, type }: Typed, window: string): Typed {
  const values = `${call.distinct ? 'DISTINCT ' : ''}${sql}`
  switch (familyOf(type)) {
    case 'decimal':
      return { sql: `sum_decimal(${values})${window}`, type: decimal(38, type.scale) }
    case 'float':
      return { sql: `finite(sum(${values})${window})`, type: float }
    default: {
      const result = type.name === 'bigint' ? bigint : int
      return { sql: `convert_value(sum(${values})${window}, 'bigint', '${result.name}')`, type: result }
    }
  }
}

function average(call: Aggregate, argument: Typed, window: string): Typed {
  const { sql, type } = sum(call, argument, window)
  const rows = `nullif(count(${call.distinct ? 'DISTINCT ' : ''}${argument.sql})${window}, 0)`
  switch (familyOf(type)) {
    case 'decimal': {
      const result = decimal(38, Math.max(type.scale, 6))
      const values = `${sql}, ${type.scale}, ${rows}, 0`
      return { sql: `calculate_decimal('/', ${values}, '${nameOf(result)}')`, type: result }
    }
    case 'float':
      return { sql: `calculate_float('/', ${sql}, ${rows}, 'float')`, type }
    default:
      return { sql: `calculate_integer('/', ${sql}, ${rows}, '${type.name}')`, type }
  }
}

function extreme(work: string, argument: Typed, window: string, context: Context): Typed {
  if (!isText(argument.type)) return { sql: `${work}(${argument.sql})${window}`, type: argument.type }
  if (window) throw outsideSubset(context, `${work.toUpperCase()} of text over a window`)
  return { sql: `text_${work}(${argument.sql})`, type: argument.type }
}
