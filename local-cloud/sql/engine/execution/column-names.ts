// Which columns a condition or an expression of a constraint names.
import type { Condition, Expression } from '../../tsql/syntax.ts'

/** The names of the columns, each once, as they were first written. */
export function columnsIn(part: Condition | Expression): string[] {
  const names = new Map<string, string>()
  for (const name of columnNames(part))
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  return [...names.values()]
}

function columnNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(columnNames)
  if (typeof value !== 'object' || value === null) return []
  if ('kind' in value && value.kind === 'column' && 'path' in value && Array.isArray(value.path)) {
    return [String(value.path.at(-1))]
  }
  return Object.values(value).flatMap(columnNames)
}
