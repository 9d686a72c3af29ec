// Functions on text, where T-SQL and JavaScript differ.
import { SqlError } from '../../model/errors.ts'
import { indexIn } from './collation.ts'

/** LEN: blanks at the end do not count. */
export function textLength(text: string): number {
  return text.replace(/ +$/, '').length
}

/** REPLACE: finds what it replaces without regard to case. */
export function replaceIn(text: string, part: string, replacement: string): string {
  if (part === '') return text
  let result = ''
  let from = 0
  for (let at = indexIn(text, part); at >= 0; at = indexIn(text, part, from)) {
    result += text.slice(from, at) + replacement
    from = at + part.length
  }
  return result + text.slice(from)
}

/** @throws SqlError 9829 when the texts that STRING_AGG has joined are too long for their type */
export function aggregatedText(text: string, limit: bigint): string {
  if (text.length <= limit) return text
  throw new SqlError(
    9829,
    'STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result truncation.',
  )
}
