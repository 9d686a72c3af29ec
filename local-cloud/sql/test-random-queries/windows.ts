// Window functions, calculated for every row.
import { sum } from './aggregates.ts'
import type { Expression, Row } from './expressions.ts'
import type { Random } from './random.ts'
import type { Source } from './tables.ts'
import { compareForOrder, keyOf, type Value } from './values.ts'

interface WindowFunction {
  sql: string
  of(rows: Row[]): Value[]
}

// The row itself, and the rows of its partition in their order.
type Work = (row: Row, ordered: Row[], item: Expression, by: Expression) => Value

const works: Record<string, Work> = {
  'ROW_NUMBER()': (row, ordered) => ordered.indexOf(row) + 1,
  'LAG($)': (row, ordered, item) => valueAt(ordered, ordered.indexOf(row) - 1, item),
  'LEAD($, 2)': (row, ordered, item) => valueAt(ordered, ordered.indexOf(row) + 2, item),
  'SUM($)': (row, ordered, item) => total(ordered.slice(0, ordered.indexOf(row) + 1), item),
  'COUNT($)': (row, ordered, item) => count(ordered.slice(0, ordered.indexOf(row) + 1), item),
}

// With rows of the same rank, so the keys of the rows are left away.
const ranks: Record<string, Work> = {
  'RANK()': (row, ordered, _, by) => ordered.findIndex((other) => isPeer(row, other, by)) + 1,
  'DENSE_RANK()': (row, ordered, _, by) =>
    new Set(
      ordered
        .slice(0, ordered.findIndex((other) => isPeer(row, other, by)) + 1)
        .map((other) => keyOf(by.of(other))),
    ).size,
  'SUM($)': (row, ordered, item, by) =>
    total(ordered.slice(0, ordered.findLastIndex((other) => isPeer(row, other, by)) + 1), item),
}

function isPeer(row: Row, other: Row, by: Expression): boolean {
  return compareForOrder(by.of(row), by.of(other)) === 0
}

function valueAt(rows: Row[], index: number, item: Expression): Value {
  const row = rows[index]
  return row ? item.of(row) : null
}

function total(rows: Row[], item: Expression): Value {
  const values = rows.map((row) => item.of(row)).filter((value) => value !== null)
  return values.length > 0 ? sum(values, item.type) : null
}

function count(rows: Row[], item: Expression): Value {
  return rows.filter((row) => item.of(row) !== null).length
}

export function windowFunction(random: Random, from: Source, item: Expression): WindowFunction {
  const isRank = random.chance(0.5)
  const [name, work] = random.pick(Object.entries(isRank ? ranks : works))
  const by = random.pick(from.columns)
  const partition = random.chance(0.5) ? random.pick(from.columns) : undefined
  const direction = random.pick([1, -1])
  const keys = isRank ? [] : from.columns.filter((column) => from.keys.includes(column.sql) && column !== by)
  const compareRows = (a: Row, b: Row) =>
    [by, ...keys].reduce((found, key) => found || direction * compareForOrder(key.of(a), key.of(b)), 0)
  const order = [by, ...keys].map(({ sql }) => `${sql}${direction < 0 ? ' DESC' : ''}`).join(', ')
  const window = `${partition ? `PARTITION BY ${partition.sql} ` : ''}ORDER BY ${order}`
  return {
    sql: `${name.replace('$', item.sql)} OVER (${window})`,
    of: (rows) =>
      rows.map((row) => {
        const mine = rows.filter((other) => !partition || isPeer(row, other, partition))
        return work(row, mine.toSorted(compareRows), item, by)
      }),
  }
}
