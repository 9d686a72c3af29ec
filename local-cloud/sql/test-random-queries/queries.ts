// Random queries, each with the rows that it must give.

import { aggregates } from './aggregates.ts'
import { condition, isAmong } from './conditions.ts'
import { type Condition, type Expression, expression, type Names, type Row } from './expressions.ts'
import type { Random } from './random.ts'
import { type Source, source, type Table } from './tables.ts'
import { compareForOrder, keyOf, type Value } from './values.ts'
import { windowFunction } from './windows.ts'

export interface RandomQuery {
  sql: string
  rows: Value[][]
  /** Whether the order of the rows is told. */
  isOrdered: boolean
  /** Whether texts may come back in another case: of equal texts SQL Server takes any. */
  takesAnyCase: boolean
}

type Maker = (random: Random, tables: Table[]) => RandomQuery

const kinds = ['int', 'int', 'decimal', 'text'] as const

export function randomQuery(random: Random, tables: Table[]): RandomQuery {
  const make: Maker = random.pick([plain, plain, plain, grouped, grouped, combined, windowed, distinct])
  return make(random, tables)
}

function namesOf(random: Random, { columns }: Source): Names {
  return { random, columns, condition }
}

/** A FROM with its WHERE, and the rows that are left. */
function filtered(random: Random, tables: Table[]): { from: Source; sql: string; rows: Row[] } {
  const from = source(random, tables)
  if (random.chance(0.3)) return { from, sql: `FROM ${from.sql}`, rows: from.rows }
  const where = random.chance(0.3)
    ? subqueryCondition(random, tables, from)
    : condition(namesOf(random, from))
  return {
    from,
    sql: `FROM ${from.sql} WHERE ${where.sql}`,
    rows: from.rows.filter((row) => where.of(row) === true),
  }
}

// EXISTS and IN with a query that may name the columns of the query around it.
function subqueryCondition(random: Random, tables: Table[], outer: Source): Condition {
  const inner = source(random, tables, 'x')
  const names: Names = { random, columns: [...inner.columns, ...outer.columns], condition }
  const where = condition(names, 1)
  const left = (row: Row) =>
    inner.rows.map((own) => ({ ...row, ...own })).filter((both) => where.of(both) === true)
  const negated = random.chance(0.4) ? 'NOT ' : ''
  if (random.chance(0.5)) {
    return {
      sql: `${negated}EXISTS (SELECT * FROM ${inner.sql} WHERE ${where.sql})`,
      of: (row) => left(row).length > 0 !== (negated !== ''),
    }
  }
  const kind = random.pick(['int', 'text'] as const)
  const operand = expression(namesOf(random, outer), kind, 1)
  const item = expression(namesOf(random, inner), kind, 1)
  return {
    sql: `${operand.sql} ${negated}IN (SELECT ${item.sql} FROM ${inner.sql} WHERE ${where.sql})`,
    of: (row) =>
      isAmong(
        operand.of(row),
        left(row).map((both) => item.of(both)),
        negated !== '',
      ),
  }
}

function items(random: Random, names: Names): Expression[] {
  return random.times(random.between(1, 3), () => expression(names, random.pick(kinds)))
}

function listOf(expressions: Expression[]): string {
  return expressions.map(({ sql }, index) => `${sql} AS v${index}`).join(', ')
}

// The keys of the rows end each ORDER BY, so that TOP and OFFSET have one right answer.
function plain(random: Random, tables: Table[]): RandomQuery {
  const { from, sql, rows } = filtered(random, tables)
  const names = namesOf(random, from)
  const selected = items(random, names)
  if (random.chance(0.3)) selected.push(scalarSubquery(random, tables, from))
  const first = expression(names, random.pick(kinds), 1)
  const keys = from.columns.filter((column) => from.keys.includes(column.sql))
  const by = isConstant(first) ? keys : [first, ...keys]
  const directions = by.map(() => random.pick([1, -1]))
  const sorted = rows.toSorted((a, b) =>
    by.reduce(
      (found, key, index) => found || (directions[index] ?? 1) * compareForOrder(key.of(a), key.of(b)),
      0,
    ),
  )
  const order = by.map((key, index) => `${key.sql}${directions[index] === -1 ? ' DESC' : ''}`)
  const page = random.chance(0.3)
  const [skipped, taken] = page ? [random.between(0, 2), random.between(1, 4)] : [0, rows.length]
  return {
    sql: `SELECT ${listOf(selected)} ${sql} ORDER BY ${order.join(', ')}${page ? ` OFFSET ${skipped} ROWS FETCH NEXT ${taken} ROWS ONLY` : ''}`,
    rows: sorted.slice(skipped, skipped + taken).map((row) => selected.map((item) => item.of(row))),
    isOrdered: true,
    takesAnyCase: false,
  }
}

// ORDER BY takes no constants.
function isConstant({ sql }: Expression): boolean {
  return /^[\d.]+$|^N'[^']*'$/.test(sql)
}

function scalarSubquery(random: Random, tables: Table[], outer: Source): Expression {
  const inner = source(random, tables, 'x')
  const where = condition({ random, columns: [...inner.columns, ...outer.columns], condition }, 1)
  const work = random.pick(['COUNT', 'SUM', 'MAX'] as const)
  const { sql, type, of } = aggregates(work, expression(namesOf(random, inner), 'int', 1), false)
  // Without a column of its own an aggregate may belong to the query around.
  const own = inner.columns.some((column) => sql.includes(column.sql))
  return {
    sql: `(SELECT ${own ? sql : 'COUNT(*)'} FROM ${inner.sql} WHERE ${where.sql})`,
    type,
    of: (row) => {
      const rows = inner.rows.map((mine) => ({ ...row, ...mine })).filter((both) => where.of(both) === true)
      return own ? of(rows) : rows.length
    },
  }
}

function grouped(random: Random, tables: Table[]): RandomQuery {
  const { from, sql, rows } = filtered(random, tables)
  const names = namesOf(random, from)
  const keys = random.times(random.between(0, 2), () => random.pick(from.columns))
  const works = random.times(random.between(1, 3), () => {
    const work = random.pick(['COUNT', 'SUM', 'AVG', 'MIN', 'MAX'] as const)
    const kind =
      work === 'SUM' || work === 'AVG' ? random.pick(['int', 'decimal'] as const) : random.pick(kinds)
    return aggregates(work, expression(names, kind, 1), random.chance(0.2))
  })
  const least = random.between(0, 2)
  const having = random.chance(0.3)
  const groups =
    keys.length > 0
      ? Object.values(Object.groupBy(rows, (row) => keys.map((key) => keyOf(key.of(row))).join('|')))
      : [rows]
  const found = groups.map((group) => group ?? []).filter((group) => !having || group.length > least)
  const clause = keys.length > 0 ? ` GROUP BY ${[...new Set(keys.map((key) => key.sql))].join(', ')}` : ''
  return {
    sql: `SELECT ${[...keys.map((key) => key.sql), ...works.map((work) => work.sql)].join(', ')} ${sql}${clause}${having ? ` HAVING COUNT(*) > ${least}` : ''}`,
    rows: found.map((group) => [
      ...keys.map((key) => key.of(group[0] ?? {})),
      ...works.map((work) => work.of(group)),
    ]),
    isOrdered: false,
    takesAnyCase: true,
  }
}

function distinct(random: Random, tables: Table[]): RandomQuery {
  const { from, sql, rows } = filtered(random, tables)
  const selected = items(random, namesOf(random, from))
  const values = rows.map((row) => selected.map((item) => item.of(row)))
  return {
    sql: `SELECT DISTINCT ${listOf(selected)} ${sql}`,
    rows: unique(values),
    isOrdered: false,
    takesAnyCase: true,
  }
}

const rowKey = (row: Value[]) => row.map(keyOf).join('|')

function unique(rows: Value[][]): Value[][] {
  return [...new Map(rows.map((row) => [rowKey(row), row])).values()]
}

function combined(random: Random, tables: Table[]): RandomQuery {
  const types = random.times(random.between(1, 2), () => random.pick(['int', 'text'] as const))
  const part = () => {
    const { from, sql, rows } = filtered(random, tables)
    const selected = types.map((kind) => expression(namesOf(random, from), kind, 1))
    return {
      sql: `SELECT ${listOf(selected)} ${sql}`,
      rows: rows.map((row) => selected.map((item) => item.of(row))),
    }
  }
  const operator = random.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'] as const)
  const [left, right] = [part(), part()]
  return {
    sql: `${left.sql} ${operator} ${right.sql}`,
    rows: combinedRows(operator, left.rows, right.rows),
    isOrdered: false,
    takesAnyCase: operator !== 'UNION ALL',
  }
}

function combinedRows(operator: string, left: Value[][], right: Value[][]): Value[][] {
  if (operator === 'UNION ALL') return [...left, ...right]
  if (operator === 'UNION') return unique([...left, ...right])
  const others = new Set(right.map(rowKey))
  return unique(left).filter((row) => others.has(rowKey(row)) === (operator === 'INTERSECT'))
}

function windowed(random: Random, tables: Table[]): RandomQuery {
  const { from, sql, rows } = filtered(random, tables)
  const works = random.times(random.between(1, 2), () =>
    windowFunction(random, from, expression(namesOf(random, from), 'int', 1)),
  )
  const keys = from.columns.filter((column) => from.keys.includes(column.sql))
  const results = works.map((work) => work.of(rows))
  return {
    sql: `SELECT ${[...keys.map((key) => key.sql), ...works.map((work) => work.sql)].join(', ')} ${sql}`,
    rows: rows.map((row, index) => [
      ...keys.map((key) => key.of(row)),
      ...results.map((values) => values[index] ?? null),
    ]),
    isOrdered: false,
    takesAnyCase: false,
  }
}
