// Cuts T-SQL into tokens. Comments and white space fall away; every token remembers where it stood.
import { SqlError, syntaxError } from '../model/errors.ts'

export interface Token {
  /** A `word` is a keyword or a plain name; a `name` stood in brackets or double quotes and is never a keyword. */
  kind:
    | 'word'
    | 'name'
    | 'variable'
    | 'text'
    | 'unicode text'
    | 'number'
    | 'money'
    | 'binary'
    | 'symbol'
    | 'end'
  /** What the token means: without quotes, brackets and the N. */
  value: string
  start: number
  end: number
}

// One alternative for each kind of token. A text, name or comment that is never closed matches none.
const TOKEN = new RegExp(
  [
    /(?<blank>[\s\uFEFF]+|--[^\n]*)/u,
    /(?<unicode>[Nn]'(?:[^']|'')*')/u,
    /(?<text>'(?:[^']|'')*')/u,
    /(?<name>\[(?:[^\]]|\]\])+\]|"(?:[^"]|"")+")/u,
    /(?<binary>0[xX][0-9a-fA-F]*)/u,
    /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/u,
    /(?<money>[$£¤¥€][+-]?[\d,]*\.?\d*)/u,
    /(?<variable>@{1,2}[\p{L}_#@$][\p{L}\p{N}_#@$]*)/u,
    /(?<word>[\p{L}_#][\p{L}\p{N}_#@$]*)/u,
    /(?<symbol><=|>=|<>|!=|!<|!>|::|[-+*/%&|^]=|[-+*/%=<>().,;&|^~:{}])/u,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'uy',
)

/**
 * Cuts a batch into tokens; the last one is the end.
 *
 * @throws SqlError 102 for a character that T-SQL does not know, 105 and 113 for what is not closed
 */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      at = endOfComment(sql, at)
      continue
    }
    TOKEN.lastIndex = at
    const groups = TOKEN.exec(sql)?.groups
    if (!groups) throw unreadable(sql, at)
    if (groups.blank === undefined) tokens.push(tokenFrom(groups, at, TOKEN.lastIndex))
    at = TOKEN.lastIndex
  }
  return [...tokens, { kind: 'end', value: '', start: at, end: at }]
}

/** The number of the line that a place in a batch is on. */
export function lineAt(sql: string, at: number): number {
  return sql.slice(0, at).split('\n').length
}

function tokenFrom(groups: Record<string, string | undefined>, start: number, end: number): Token {
  const { unicode, text, name, binary, number, money, variable, word, symbol } = groups
  if (unicode !== undefined) return { kind: 'unicode text', value: unquoted(unicode.slice(1)), start, end }
  if (text !== undefined) return { kind: 'text', value: unquoted(text), start, end }
  if (name !== undefined) return { kind: 'name', value: unquoted(name), start, end }
  if (binary !== undefined) return { kind: 'binary', value: binary.slice(2), start, end }
  if (number !== undefined) return { kind: 'number', value: number, start, end }
  if (money !== undefined) return { kind: 'money', value: money, start, end }
  if (variable !== undefined) return { kind: 'variable', value: variable, start, end }
  if (word !== undefined) return { kind: 'word', value: word, start, end }
  return { kind: 'symbol', value: symbol ?? '', start, end }
}

function unquoted(quoted: string): string {
  const close = quoted.at(-1) ?? ''
  return quoted.slice(1, -1).replaceAll(close + close, close)
}

// Comments of this kind nest in T-SQL.
function endOfComment(sql: string, start: number): number {
  let depth = 0
  for (let at = start; at < sql.length; at += 1) {
    const pair = sql.slice(at, at + 2)
    if (pair === '/*') depth += 1
    if (pair === '*/') depth -= 1
    if (pair === '/*' || pair === '*/') at += 1
    if (depth === 0) return at + 1
  }
  throw new SqlError(113, "Missing end comment mark '*/'.", { class: 15, line: lineAt(sql, start) })
}

function unreadable(sql: string, at: number): SqlError {
  const rest = sql.slice(at)
  const line = lineAt(sql, at)
  if (!/^(N?'|\[|")/i.test(rest)) return syntaxError(rest.charAt(0), line)
  const text = rest.replace(/^N?['["]/i, '')
  return new SqlError(105, `Unclosed quotation mark after the character string '${text}'.`, {
    class: 15,
    line,
  })
}
