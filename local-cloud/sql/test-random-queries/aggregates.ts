// Aggregates, calculated over the rows of a group.
import type { Expression, Row } from './expressions.ts'
import {
  asDecimal,
  checkedInt,
  compare,
  decimal,
  int,
  keyOf,
  rescaled,
  type Type,
  type Value,
} from './values.ts'

export interface Aggregate {
  sql: string
  type: Type
  of(rows: Row[]): Value
}

export function aggregates(
  work: 'COUNT' | 'SUM' | 'AVG' | 'MIN' | 'MAX',
  item: Expression,
  distinct: boolean,
): Aggregate {
  const values = (rows: Row[]) => {
    const all = rows.map((row) => item.of(row)).filter((value) => value !== null)
    return distinct ? [...new Map(all.map((value) => [keyOf(value), value])).values()] : all
  }
  return {
    sql: `${work}(${distinct ? 'DISTINCT ' : ''}${item.sql})`,
    type: work === 'COUNT' ? int : item.type,
    of: (rows) => resultOf(work, values(rows), item.type),
  }
}

function resultOf(work: string, values: Exclude<Value, null>[], type: Type): Value {
  if (work === 'COUNT') return values.length
  const [first, ...others] = values
  if (first === undefined) return null
  if (work === 'MIN') return others.reduce((best, value) => (compare(value, best) < 0 ? value : best), first)
  if (work === 'MAX') return others.reduce((best, value) => (compare(value, best) > 0 ? value : best), first)
  return work === 'SUM' ? sum(values, type) : average(values, type)
}

export function sum(values: Exclude<Value, null>[], type: Type): Exclude<Value, null | string> {
  if (type.kind === 'int')
    return checkedInt(values.reduce<number>((total, value) => total + Number(value), 0))
  const digits = values.map((value) => rescaled(asDecimal(value as number), type.scale))
  return { digits: digits.reduce((total, value) => total + value, 0n), scale: type.scale }
}

// https://learn.microsoft.com/sql/t-sql/functions/avg-transact-sql
function average(values: Exclude<Value, null>[], type: Type): Value {
  const total = sum(values, type)
  if (typeof total === 'number') return Math.trunc(total / values.length) + 0
  const { scale } = decimal(38, Math.max(type.scale, 6))
  return { digits: rescaled(total, scale) / BigInt(values.length), scale }
}
