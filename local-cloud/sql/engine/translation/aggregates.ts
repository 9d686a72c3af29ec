// Translates functions of several rows. Those that are at home in groups and windows alike stand here.
import { SqlError } from '../../model/errors.ts'
import { bigint, decimal, familyOf, float, int, isText, nameOf } from '../../model/types.ts'
import type { Aggregate, Expression } from '../../tsql/syntax.ts'
import { comparable } from '../storage/store.ts'
import {
  aggregateInGroupBy,
  type Clause,
  type Context,
  columnNamed,
  isOwnColumn,
  nestedAggregate,
  outsideSubset,
  type Scope,
  type Typed,
  withoutGroups,
} from './context.ts'
import { columnsOf } from './parts.ts'
import { stringAggregate } from './string-agg.ts'
import { isWindowFunction, windowClause, windowFunction, wrongArguments } from './windows.ts'

type Translate = (expression: Expression, context: Context, scope?: Scope) => Typed

/** @param translate translates what the aggregate is made of */
export function aggregate(call: Aggregate, translate: Translate, context: Context, scope?: Scope): Typed {
  if (!call.over) checkOwnColumns(call, context, scope)
  checkClause(call, scope?.clause)
  const inner: Scope | undefined =
    scope && (call.over ? { ...scope, clause: 'OVER' } : { ...scope, clause: 'AGGREGATE', groups: undefined })
  const translated = (expression: Expression) => translate(expression, context, inner)
  const values = call.arguments.map(translated)
  if (isWindowFunction(call.name)) return windowFunction(call, values, translated, context)
  const window = call.over ? windowClause(call.over, translated) : ''
  if (call.name === 'STRING_AGG') return stringAggregate(call, values, translated, context)
  const [argument] = values
  if (values.length > 1 || call.withinGroup.length > 0) throw wrongArguments(call, context)
  switch (call.name) {
    case 'COUNT':
      return { sql: count(call, argument) + window, type: int }
    case 'COUNT_BIG':
      return { sql: count(call, argument) + window, type: bigint }
    default:
      return ofValues(call, argument, window, context)
  }
}

// An aggregate belongs to the query whose columns it is about.
function checkOwnColumns(call: Aggregate, context: Context, scope: Scope | undefined): void {
  if (!scope) return
  const isOwn = columnsOf(call).map((path) => {
    // A column that nobody has is an error of its own.
    columnNamed(withoutGroups(scope), path)
    return isOwnColumn(path, scope)
  })
  if (isOwn.every(Boolean)) return
  if (!isOwn.some(Boolean)) throw outsideSubset(context, 'aggregates of the columns of an outer query')
  throw new SqlError(
    8124,
    'Multiple columns are specified in an aggregated expression containing an outer reference. If an expression being aggregated contains an outer reference, then that outer reference must be the only column referenced in the expression.',
  )
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
  if (isExtreme) return extreme(operator, argument, window)
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

// Of texts the one with the least or the greatest key wins; hexadecimal digits sort as the bytes of the key do.
function extreme(work: string, { sql, type }: Typed, window: string): Typed {
  if (!isText(type)) return { sql: `${work}(${sql})${window}`, type }
  const winner = `${work}(hex(${comparable(sql, type)}) || ' ' || ${sql})${window}`
  return { sql: `text_after_blank(${winner})`, type }
}
