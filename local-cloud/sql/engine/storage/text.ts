// The functions of text, where T-SQL and SQLite differ. None of them is called with NULL.

import { fromCodePage, toCodePage } from '../../model/code-page.ts'
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import type { Value } from '../../model/types.ts'
import { fold, indexIn } from './collation.ts'
import { lower, upper } from './letter-case.ts'
import { isLike } from './like.ts'

/** By their names in SQLite. */
export const textFunctions: Record<string, (...values: never[]) => Value> = {
  text_length: (text: string) => BigInt(text.replace(/ +$/, '').length),
  text_units: (text: string) => BigInt(text.length),
  text_upper: upper,
  text_lower: lower,
  text_reverse: (text: string) => Array.from(text).reverse().join(''),
  text_slice: (text: string, start: bigint, end: bigint) => text.slice(Number(start), Number(end)),
  text_left: (text: string, length: bigint) => text.slice(0, lengthFor('LEFT or SUBSTRING', length)),
  text_right: (text: string, length: bigint) => {
    const size = lengthFor('RIGHT', length)
    return size === 0 ? '' : text.slice(-size)
  },
  text_substring: substring,
  text_stuff: stuff,
  text_replace: replaceIn,
  text_replicate: replicate,
  text_translate: translate,
  text_quote: quote,
  text_index: (part: string, text: string, start: bigint) =>
    part === '' ? 0n : BigInt(indexIn(text, part, Math.max(0, Number(start) - 1)) + 1),
  text_pattern_index: (pattern: string, text: string) => BigInt(patternIndex(pattern, text)),
  text_ascii: (text: string) => (text === '' ? null : BigInt(toCodePage(text.charAt(0))[0] ?? 0)),
  text_char: (code: bigint) => (code < 0n || code > 255n ? null : fromCodePage(Uint8Array.of(Number(code)))),
  text_nchar: (code: bigint) => (code < 0n || code > 0xffffn ? null : String.fromCharCode(Number(code))),
  text_after_blank: (text: string) => text.slice(text.indexOf(' ') + 1),
  aggregated_text: aggregatedText,
}

// The numbers of the errors differ: https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors-0-to-999
function lengthFor(name: 'LEFT or SUBSTRING' | 'RIGHT', length: bigint): number {
  if (length >= 0n) return Number(length)
  throw name === 'RIGHT'
    ? new SqlError(536, 'Invalid length parameter passed to the RIGHT function.')
    : new SqlError(537, `Invalid length parameter passed to the ${name} function.`)
}

// A start before the text takes from the length.
function substring(text: string, start: bigint, length: bigint): string {
  const end = Number(start) - 1 + lengthFor('LEFT or SUBSTRING', length)
  return text.slice(Math.max(0, Number(start) - 1), Math.max(0, end))
}

function stuff(text: string, start: bigint, length: bigint, inserted: string): string | null {
  if (start < 1n || start > BigInt(text.length) || length < 0n) return null
  const at = Number(start) - 1
  return text.slice(0, at) + inserted + text.slice(at + Number(length))
}

// REPLACE finds what it replaces without regard to case.
function replaceIn(text: string, part: string, replacement: string): string {
  if (part === '') return text
  let result = ''
  let from = 0
  for (let at = indexIn(text, part); at >= 0; at = indexIn(text, part, from)) {
    result += text.slice(from, at) + replacement
    from = at + part.length
  }
  return result + text.slice(from)
}

const LONGEST_TEXT = 64 * 1024 * 1024

function replicate(text: string, times: bigint, limit: bigint): string | null {
  if (times < 0n) return null
  const wanted = Math.min(Number(limit), text.length * Number(times))
  if (wanted > LONGEST_TEXT) {
    throw new SqlError(NOT_IMITATED, 'The local database does not imitate REPLICATE of more than 64 MB.')
  }
  return text === '' ? '' : text.repeat(Math.ceil(wanted / text.length)).slice(0, wanted)
}

function translate(text: string, from: string, to: string): string {
  if (from.length !== to.length) {
    throw new SqlError(
      9828,
      'The second and third arguments of the TRANSLATE built-in function must contain an equal number of characters.',
    )
  }
  const letters = Array.from(from, fold)
  return Array.from(text, (letter) => to.charAt(letters.indexOf(fold(letter))) || letter).join('')
}

const quotes: Record<string, string> = {
  '[': '[]',
  ']': '[]',
  "'": "''",
  '"': '""',
  '(': '()',
  ')': '()',
  '<': '<>',
  '>': '<>',
  '{': '{}',
  '}': '{}',
  '`': '``',
}
const LONGEST_NAME = 128

function quote(text: string, character: string): string | null {
  const [open, close] = quotes[character.charAt(0)] ?? []
  if (!open || !close || text.length > LONGEST_NAME) return null
  return open + text.replaceAll(close, close + close) + close
}

// A % at the beginning lets the rest of the pattern begin anywhere.
function patternIndex(pattern: string, text: string): number {
  if (!pattern.startsWith('%')) return isLike('nvarchar', text, pattern) ? 1 : 0
  const rest = pattern.replace(/^%+/, '')
  if (rest === '') return 1
  for (let at = 0; at < text.length; at += 1) if (isLike('nvarchar', text.slice(at), rest)) return at + 1
  return 0
}

/** @throws SqlError 9829 when the texts that STRING_AGG has joined are too long for their type */
function aggregatedText(text: string, limit: bigint): string {
  if (text.length <= limit) return text
  throw new SqlError(
    9829,
    'STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result truncation.',
  )
}
