// COUNT, SUM, MIN, MAX and AVG, over groups and over windows, and ROW_NUMBER.
import { SqlError } from '../../model/errors.ts'
import { bigint, decimal, familyOf, float, int, isText } from '../../model/types.ts'
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
  if (call.name === 'MIN' || call.name === 'MAX')
    return extreme(call.name.toLowerCase(), argument, window, context)
  if (family !== 'integer' && family !== 'decimal' && family !== 'float') {
    const operator = call.name.toLowerCase()
    throw new SqlError(8117, `Operand data type ${argument.type.name} is invalid for ${operator} operator.`)
  }
  const distinct = call.distinct ? 'DISTINCT ' : ''
  const sum = `sum(${distinct}${argument.sql})${window}`
  const type = sumType(argument)
  if (call.name === 'SUM') {
    return family === 'integer'
      ? { sql: `convert_value(${sum}, 'bigint', '${type.name}')`, type }
      : { sql: sum, type }
  }
  const rows = `count(${distinct}${argument.sql})${window}`
  if (family === 'float') return { sql: `divide(${sum}, CAST(nullif(${rows}, 0) AS REAL))`, type }
  if (family === 'integer') return { sql: `divide(${sum}, nullif(${rows}, 0))`, type }
  const average = decimal(38, Math.max(type.scale, 6))
  return {
    sql: `calculate_decimal('/', ${sum}, ${type.scale}, nullif(${rows}, 0), 0, ${average.scale})`,
    type: average,
  }
}

function extreme(work: string, argument: Typed, window: string, context: Context): Typed {
  if (!isText(argument.type)) return { sql: `${work}(${argument.sql})${window}`, type: argument.type }
  if (window) throw outsideSubset(context, `${work.toUpperCase()} of text over a window`)
  return { sql: `text_${work}(${argument.sql})`, type: argument.type }
}

function sumType({ type }: Typed): Typed['type'] {
  if (familyOf(type) === 'float') return float
  if (familyOf(type) === 'decimal') return decimal(38, type.scale)
  return type.name === 'bigint' ? bigint : int
}
