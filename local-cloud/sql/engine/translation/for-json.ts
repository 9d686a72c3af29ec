// Translates FOR JSON PATH.
// https://learn.microsoft.com/sql/relational-databases/json/format-nested-json-output-with-path-mode-sql-server
import { SqlError } from '../../model/errors.ts'
import { MAX, nameOf, nvarchar } from '../../model/types.ts'
import type { ForJson } from '../../tsql/syntax.ts'
import { bind, type Context, type Relation } from './context.ts'

/** The name that SQL Server gives to the one column of the result. */
const COLUMN = 'JSON_F52E2B61-18A1-11d1-B105-00805F49916B'

/** Makes one row of the rows of a query, or NULL of none. */
export function jsonOfRows({ sql, columns }: Relation, clause: ForJson, context: Context): Relation {
  if (columns.some(({ name }) => name === '')) {
    throw new SqlError(
      13605,
      'Column expressions and data sources without names or aliases cannot be formatted as JSON text using FOR JSON clause. Add alias to the unnamed column or table.',
    )
  }
  const names = bind(context, JSON.stringify(columns.map(({ name }) => name)))
  const values = columns.map(({ type, isJson }, index) =>
    isJson ? `c${index}` : `json_of(c${index}, '${nameOf(type)}')`,
  )
  const row = `json_properties(${[names, Number(clause.includeNulls), ...values].join(', ')})`
  const [root, hasArray] = [bind(context, clause.root ?? ''), Number(!clause.withoutArray)]
  return {
    sql: `SELECT json_document(group_concat(${row}, ','), ${root}, ${hasArray}) AS c0 FROM (${sql})`,
    columns: [{ name: COLUMN, type: nvarchar(MAX), isJson: true }],
  }
}
