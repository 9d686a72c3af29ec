// Runs SELECT: for rows that go to the client, or into variables.
import { SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import type { Value } from '../../model/types.ts'
import type { Query } from '../../tsql/syntax.ts'
import { type Context, runTranslated } from '../translation/context.ts'
import { translateQuery } from '../translation/queries.ts'
import { setVariable } from './variables.ts'

/** @returns the number of rows */
export function runSelect(query: Query, context: Context, counted: boolean, outcomes: Outcome[]): number {
  const items = query.body.kind === 'specification' ? query.body.items : []
  const assignments = items.flatMap((item) => (item.kind === 'assignment' ? [item.variable] : []))
  if (assignments.length > 0 && assignments.length < items.length) {
    throw new SqlError(
      141,
      'A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.',
      { class: 15 },
    )
  }
  const { sql, columns } = translateQuery(query, context, undefined, [], true)
  const found = runTranslated(sql, context)
  const rows = query.forJson ? found.flatMap(inPieces) : found
  if (assignments.length === 0) {
    outcomes.push({ kind: 'rows', columns, rows, counted })
    return rows.length
  }
  // The last row stays; without a row the variables stay as they were.
  for (const row of rows.slice(-1)) {
    for (const [index, { type }] of columns.entries()) {
      setVariable(assignments[index] ?? '', { type, value: row[index] ?? null }, context)
    }
  }
  return rows.length
}

/** How much of a JSON text a row holds: https://learn.microsoft.com/sql/relational-databases/json/use-for-json-output-in-sql-server-and-in-client-apps-sql-server */
const LENGTH_OF_PIECE = 2033

// The text of FOR JSON comes in several rows, and in none when there is nothing to tell.
function inPieces([text]: Value[]): Value[][] {
  if (typeof text !== 'string') return []
  const count = Math.ceil(text.length / LENGTH_OF_PIECE)
  return Array.from({ length: count }, (_, index) => [
    text.slice(index * LENGTH_OF_PIECE, (index + 1) * LENGTH_OF_PIECE),
  ])
}
