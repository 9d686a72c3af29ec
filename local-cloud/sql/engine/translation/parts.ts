// Walks over expressions and conditions, without entering the queries inside of them: those have columns of their own.
import type { Condition, Expression } from '../../tsql/syntax.ts'

type Part = Expression | Condition

export function hasAggregate(part: Part): boolean {
  return (part.kind === 'aggregate' && !part.over) || partsOf(part).some(hasAggregate)
}

/** The names of the columns that an expression consists of. */
export function columnsOf(part: Part): string[][] {
  return part.kind === 'column' ? [part.path] : partsOf(part).flatMap(columnsOf)
}

function partsOf(part: Part): Part[] {
  return Object.values(part).flatMap(partsIn)
}

function partsIn(value: unknown): Part[] {
  if (Array.isArray(value)) return value.flatMap(partsIn)
  if (typeof value !== 'object' || value === null) return []
  if (!('kind' in value)) return Object.values(value).flatMap(partsIn)
  return value.kind === 'query' ? [] : [value as Part]
}
