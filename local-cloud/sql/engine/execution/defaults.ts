// DEFAULT: what a row gets without a value of its own.
import { MAX, type SqlType, type Value } from '../../model/types.ts'
import { parseExpression } from '../../tsql/parser.ts'
import type { Expression } from '../../tsql/syntax.ts'
import type { Column, Table } from '../catalog/table.ts'
import { bind, type Context, runTranslated } from '../translation/context.ts'
import { translateExpression } from '../translation/expressions.ts'

/** The expression that the word DEFAULT stands for, of the type of its column. */
export function defaultExpression(column: Column | undefined): Expression {
  if (column?.default === undefined) return { kind: 'null' }
  const { type } = column
  // What is too long is an error, as elsewhere, and not cut.
  const whole = type.length > 0 ? { ...type, length: MAX } : type
  return { kind: 'cast', operand: parseExpression(column.default), type: whole, failure: 'error' }
}

/** The values of the columns that a statement leaves to their defaults, by position: one for each row, which may differ. */
export function defaultValues(
  table: Table,
  targets: number[],
  rowCount: number,
  context: Context,
): Map<number, { type: SqlType; values: Value[] }> {
  const left = table.columns.flatMap((column, position) =>
    column.default !== undefined && !targets.includes(position) ? [{ column, position }] : [],
  )
  if (left.length === 0) return new Map()
  const expressions = left.map(({ column }) => translateExpression(defaultExpression(column), context))
  const rows = runTranslated(
    `WITH RECURSIVE numbered (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbered WHERE i < ${bind(context, BigInt(rowCount))})
      SELECT ${expressions.map(({ sql }) => sql).join(', ')} FROM numbered`,
    context,
  )
  return new Map(
    expressions.map(({ type }, index) => [
      left[index]?.position ?? 0,
      { type, values: rows.map((row) => row[index] ?? null) },
    ]),
  )
}
