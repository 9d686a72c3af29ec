// How a system view is defined: its columns as T-SQL knows them, and the query of SQLite that gives its rows.
import { bit, int, nvarchar, type SqlType, typeFrom } from '../../model/types.ts'

export interface SystemView {
  /** Each column with its type and the expression that calculates it. */
  columns: Record<string, [type: SqlType, expression: string]>
  /** What follows FROM. */
  from: string
  /** The id of the table or view that a row is about: the row is for those who may see that. */
  securable?: string
}

export const sysname = nvarchar(128)
export const tinyint = typeFrom('tinyint')
export const smallint = typeFrom('smallint')

export const no: [SqlType, string] = [bit, '0']
export const nothing: [SqlType, string] = [int, 'NULL']

/** Writes a text as a constant of SQLite. */
export function constant(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
