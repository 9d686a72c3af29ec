// Whether what a CHECK or DEFAULT says can be calculated at all.
import { SqlError } from '../../model/errors.ts'
import { parseCondition, parseExpression } from '../../tsql/parser.ts'
import type { Table } from '../catalog/table.ts'
import { translateCondition } from '../translation/conditions.ts'
import type { Context } from '../translation/context.ts'
import { translateExpression } from '../translation/expressions.ts'
import { columnsIn } from './column-names.ts'
import { scopeOf } from './targets.ts'

/** @throws SqlError 207 for a CHECK of columns that are not there, 128 for a DEFAULT with columns */
export function checkDefinitions(table: Table, context: Context): void {
  for (const { condition } of table.checks) {
    const parsed = parseCondition(condition)
    refuseQueries(parsed)
    translateCondition(parsed, context, scopeOf(table, [table.name]))
  }
  for (const { default: value } of table.columns) {
    if (value === undefined) continue
    const parsed = parseExpression(value)
    refuseQueries(parsed)
    const [column] = columnsIn(parsed)
    if (column !== undefined) {
      const words = 'Valid expressions are constants, constant expressions, and (in some contexts) variables.'
      throw new SqlError(
        128,
        `The name "${column}" is not permitted in this context. ${words} Column names are not permitted.`,
        { class: 15 },
      )
    }
    translateExpression(parsed, context)
  }
}

function refuseQueries(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if ('kind' in value && value.kind === 'query') {
    throw new SqlError(
      1046,
      'Subqueries are not allowed in this context. Only scalar expressions are allowed.',
      { class: 15 },
    )
  }
  for (const inner of Object.values(value)) refuseQueries(inner)
}
