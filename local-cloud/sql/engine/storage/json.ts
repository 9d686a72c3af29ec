// Reads JSON as the functions of T-SQL do: they give back pieces of the text as they stand in it.
import { SqlError } from '../../model/errors.ts'

export interface JsonNode {
  kind: 'null' | 'string' | 'number' | 'boolean' | 'array' | 'object'
  /** The piece of the text; undefined while its end was not reached. */
  raw: string | undefined
  /** The value of a string, a number or a boolean. */
  text: string
  /** The elements of an array, by their indexes, or the properties of an object. */
  items: { key: string; node: JsonNode }[]
}

export interface JsonText {
  root: JsonNode | undefined
  /** Why the rest of the text could not be read. */
  error: SqlError | undefined
}

const SCALAR =
  /(?<string>"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<boolean>true|false)|(?<null>null)/y
const BLANK = /[ \t\r\n]*/y

/** Reads a text as far as it is JSON. */
export function readJson(text: string): JsonText {
  const reader = { text, at: 0, root: undefined as JsonNode | undefined }
  try {
    value(reader, (node) => {
      reader.root = node
    })
    skipBlanks(reader)
    if (reader.at < text.length) throw unexpected(reader)
    return { root: reader.root, error: undefined }
  } catch (error) {
    if (error instanceof SqlError) return { root: reader.root, error }
    throw error
  }
}

interface Reader {
  text: string
  at: number
}

// Hands the node over before it is read to its end, so that a mistake behind a piece does not hide it.
function value(reader: Reader, handOver: (node: JsonNode) => void): void {
  skipBlanks(reader)
  const start = reader.at
  const opening = reader.text.charAt(start)
  if (opening === '[' || opening === '{') {
    const node: JsonNode = { kind: opening === '[' ? 'array' : 'object', raw: undefined, text: '', items: [] }
    handOver(node)
    reader.at += 1
    contents(reader, node)
    node.raw = reader.text.slice(start, reader.at)
    return
  }
  const groups = scalar(reader)
  const [kind, raw] = Object.entries(groups).find(([, group]) => group !== undefined) ?? ['null', 'null']
  const text = kind === 'string' ? JSON.parse(raw) : raw
  handOver({ kind: kind as JsonNode['kind'], raw, text, items: [] })
}

// A character that only an escape may stand for ends the reading.
function scalar(reader: Reader): Record<string, string> {
  SCALAR.lastIndex = reader.at
  const match = SCALAR.exec(reader.text)
  if (!match?.groups || [...match[0]].some((character) => character < ' ')) throw unexpected(reader)
  reader.at += match[0].length
  return match.groups
}

function contents(reader: Reader, node: JsonNode): void {
  const close = node.kind === 'array' ? ']' : '}'
  if (accept(reader, close)) return
  do {
    const key = node.kind === 'array' ? String(node.items.length) : property(reader)
    value(reader, (item) => node.items.push({ key, node: item }))
  } while (accept(reader, ','))
  if (!accept(reader, close)) throw unexpected(reader)
}

function property(reader: Reader): string {
  skipBlanks(reader)
  if (reader.text.charAt(reader.at) !== '"') throw unexpected(reader)
  const { string = '""' } = scalar(reader)
  if (!accept(reader, ':')) throw unexpected(reader)
  return JSON.parse(string)
}

function accept(reader: Reader, symbol: string): boolean {
  skipBlanks(reader)
  const stands = reader.text.charAt(reader.at) === symbol
  if (stands) reader.at += 1
  return stands
}

function skipBlanks(reader: Reader): void {
  BLANK.lastIndex = reader.at
  reader.at += BLANK.exec(reader.text)?.[0].length ?? 0
}

function unexpected({ text, at }: Reader): SqlError {
  const character = text.charAt(at) || '.'
  return new SqlError(
    13609,
    `JSON text is not properly formatted. Unexpected character '${character}' is found at position ${at}.`,
  )
}
