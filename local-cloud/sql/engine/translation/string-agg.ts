// Translates STRING_AGG.
// https://learn.microsoft.com/sql/t-sql/functions/string-agg-transact-sql
import { SqlError } from '../../model/errors.ts'
import { isText, MAX, nvarchar, varchar } from '../../model/types.ts'
import type { Aggregate, Expression } from '../../tsql/syntax.ts'
import { type Context, converted, outsideSubset, type Typed } from './context.ts'
import { orderOf, wrongArguments } from './windows.ts'

export function stringAggregate(
  call: Aggregate,
  [value, separator]: Typed[],
  translate: (expression: Expression) => Typed,
  context: Context,
): Typed {
  if (call.over) {
    const words = 'is not a valid windowing function, and cannot be used with the OVER clause.'
    throw new SqlError(4113, `The function 'STRING_AGG' ${words}`, { class: 15 })
  }
  if (!value || !separator || call.arguments.length > 2) throw wrongArguments(call, context)
  if (call.distinct) throw outsideSubset(context, 'DISTINCT in STRING_AGG')
  const text = isText(value.type) && !value.isNull ? value : converted(value, nvarchar(MAX))
  const isUnicode = text.type.name === 'nvarchar' || separator.type.name === 'nvarchar'
  const limit = value.type.length === MAX ? MAX : isUnicode ? 4000 : 8000
  const order = orderOf(call.withinGroup, translate)
  const joined = `group_concat(${text.sql}, ${converted(separator, nvarchar(MAX)).sql} ${order})`
  return {
    sql: limit === MAX ? joined : `aggregated_text(${joined}, ${limit})`,
    type: isUnicode ? nvarchar(limit) : varchar(limit),
  }
}
