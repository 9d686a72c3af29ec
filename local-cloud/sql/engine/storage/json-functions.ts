// The functions of JSON. Those of SQLite give other answers: to them 1.50 is 1.5, and a path has other forms.
// https://learn.microsoft.com/sql/relational-databases/json/json-path-expressions-sql-server
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import type { Value } from '../../model/types.ts'
import { type JsonNode, readJson } from './json.ts'

/** By their names in SQLite. */
export const jsonFunctions: Record<string, (...values: never[]) => Value> = {
  is_json: (text: string) => {
    const { root, error } = readJson(text)
    return BigInt(!error && (root?.kind === 'object' || root?.kind === 'array'))
  },
  json_scalar: (text: string, path: string) => scalarAt(text, path, LONGEST_SCALAR),
  json_scalar_of_any_length: (text: string, path: string) => scalarAt(text, path, Number.POSITIVE_INFINITY),
  json_fragment: fragmentAt,
  json_rows: (text: string, path: string) =>
    JSON.stringify(
      containerAt(text, path).map(({ key, node }) => [key, nodeValue(node), types.indexOf(node.kind)]),
    ),
  json_elements: elementsAt,
  text_rows: textRows,
  text_within: textWithin,
}

// As OPENJSON numbers them.
const types = ['null', 'string', 'number', 'boolean', 'array', 'object']
const LONGEST_SCALAR = 4000

interface Path {
  isStrict: boolean
  steps: { key: string; kind: 'array' | 'object' }[]
}

const STEP = /\.(?:"((?:[^"\\]|\\.)*)"|([\p{L}\p{N}_][\p{L}\p{N}_$@#]*))|\[(\d+)\]/uy

function pathFrom(text: string): Path {
  const start = /^\s*(?:(lax|strict)\s+)?\$/.exec(text)
  if (!start) throw malformedPath(text, 0)
  const steps: Path['steps'] = []
  let at = start[0].length
  while (at < text.length) {
    STEP.lastIndex = at
    const [raw, quoted, name, index] = STEP.exec(text) ?? []
    if (raw === undefined) throw malformedPath(text, at)
    const key = quoted === undefined ? (name ?? index ?? '') : JSON.parse(`"${quoted}"`)
    steps.push({ key, kind: index === undefined ? 'object' : 'array' })
    at += raw.length
  }
  return { isStrict: start[1] === 'strict', steps }
}

function malformedPath(text: string, at: number): SqlError {
  return new SqlError(
    13607,
    `JSON path is not properly formatted. Unexpected character '${text.charAt(at) || '.'}' is found at position ${at}.`,
  )
}

/** Finds what a path leads to. Of several properties of that name the first counts. */
function nodeAt(text: string, path: Path): JsonNode | undefined {
  const { root, error } = readJson(text)
  let node = root
  for (const { key, kind } of path.steps) {
    node = node?.kind === kind ? node.items.find((item) => item.key === key)?.node : undefined
  }
  if (error && node?.raw === undefined) throw error
  if (!node && path.isStrict) {
    throw new SqlError(13608, 'Property cannot be found on the specified JSON path.')
  }
  return node
}

function isContainer(node: JsonNode): boolean {
  return node.kind === 'array' || node.kind === 'object'
}

function scalarAt(text: string, pathText: string, longest: number): string | null {
  const path = pathFrom(pathText)
  const node = nodeAt(text, path)
  if (!node || node.kind === 'null') return null
  if (!isContainer(node) && node.text.length <= longest) return node.text
  if (!path.isStrict) return null
  throw isContainer(node)
    ? new SqlError(13623, 'Scalar value cannot be found in the specified JSON path.')
    : new SqlError(13625, 'String value in the specified JSON path would be truncated.')
}

function fragmentAt(text: string, pathText: string): string | null {
  const path = pathFrom(pathText)
  const node = nodeAt(text, path)
  if (node && isContainer(node)) return node.raw ?? null
  if (node && path.isStrict) {
    throw new SqlError(13624, 'Object or array cannot be found in the specified JSON path.')
  }
  return null
}

function nodeValue(node: JsonNode): string | null {
  if (isContainer(node)) return node.raw ?? null
  return node.kind === 'null' ? null : node.text
}

function containerAt(text: string, pathText: string): JsonNode['items'] {
  const node = wholeNodeAt(text, pathText)
  return node && isContainer(node) ? node.items : []
}

// OPENJSON reads the text to its end.
function wholeNodeAt(text: string, pathText: string): JsonNode | undefined {
  const { error } = readJson(text)
  if (error) throw error
  return nodeAt(text, pathFrom(pathText))
}

// With a schema, an array gives a row for each element, and an object is one row.
function elementsAt(text: string, pathText: string): string {
  const node = wholeNodeAt(text, pathText)
  if (node?.kind === 'object') return JSON.stringify([node.raw])
  return JSON.stringify(node?.kind === 'array' ? node.items.map((item) => item.node.raw) : [])
}

/** The pieces of STRING_SPLIT, as an array of JSON. */
function textRows(text: string, separator: string): string {
  if (separator.length === 1) return JSON.stringify(text.split(separator))
  throw new SqlError(214, "Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.")
}

function textWithin(text: string, length: bigint): string {
  if (text.length <= length) return text
  throw new SqlError(
    NOT_IMITATED,
    `The local database does not imitate OPENJSON of a text that is longer than its column of ${length}.`,
  )
}
