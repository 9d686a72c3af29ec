// Translates CONVERT with a style.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#date-and-time-styles
import { nameOf, type SqlType } from '../../model/types.ts'
import { hasStyle } from '../storage/convert-styles.ts'
import { requireConversion } from '../storage/convertible.ts'
import { type Context, outsideSubset, type Typed } from './context.ts'

/** @throws SqlError 50000 for a style that is not known here */
export function castWithStyle(
  { sql, type: from, isNull }: Typed,
  to: SqlType,
  { style, failure }: { style: number; failure: 'error' | 'null' },
  context: Context,
): Typed {
  if (isNull) return { sql: 'NULL', type: to }
  requireConversion(from, to, 'explicit')
  if (!hasStyle(from, to, style)) {
    throw outsideSubset(context, `the style ${style} of a CONVERT from ${nameOf(from)} to ${nameOf(to)}`)
  }
  const work = failure === 'null' ? 'try_convert_with_style' : 'convert_with_style'
  return { sql: `${work}(${sql}, '${nameOf(from)}', '${nameOf(to)}', ${style})`, type: to }
}
