// Functions on text, where T-SQL and JavaScript differ.
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
