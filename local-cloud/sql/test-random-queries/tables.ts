// Random tables, and what stands in a FROM: tables, joins of them, and queries in brackets.
import { condition } from './conditions.ts'
import { type Expression, expression, type Row, randomText } from './expressions.ts'
import type { Random } from './random.ts'
import { decimal, int, type Type, text, type Value } from './values.ts'

const columns: Record<string, Type> = { id: int, n: int, d: decimal(6, 2), s: text }

export interface Table {
  name: string
  rows: Row[]
}

export function randomTables(random: Random): Table[] {
  return ['t1', 't2', 't3'].map((name) => ({
    name,
    rows: random.times(random.between(0, 7), (index) => ({
      id: index + 1,
      n: random.chance(0.25) ? null : random.between(-4, 9),
      d: random.chance(0.2) ? null : { digits: BigInt(random.between(-999, 2999)), scale: 2 },
      s: random.chance(0.2) ? null : randomText(random),
    })),
  }))
}

export function creationOf(tables: Table[]): string {
  return tables
    .map(({ name, rows }) => {
      const tuples = rows.map((row) => `(${Object.values(row).map(literal).join(', ')})`)
      const insert = rows.length > 0 ? `INSERT INTO ${name} VALUES ${tuples.join(', ')};` : ''
      return `DROP TABLE IF EXISTS ${name};
        CREATE TABLE ${name} (id int NOT NULL PRIMARY KEY, n int, d decimal(6, 2), s nvarchar(10)); ${insert}`
    })
    .join('\n')
}

function literal(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `N'${value}'`
  if (typeof value === 'number') return String(value)
  const digits = String(value.digits < 0n ? -value.digits : value.digits).padStart(3, '0')
  return `${value.digits < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** What a query reads: the rows have one value for each column, under its full name. */
export interface Source {
  sql: string
  rows: Row[]
  columns: Expression[]
  /** The columns that tell the rows apart. */
  keys: string[]
}

/** @param prefix sets the names of a query apart from those of the query around it */
export function source(random: Random, tables: Table[], prefix = ''): Source {
  let joined = one(random, tables, `${prefix}a`)
  for (const alias of ['b', 'c'].slice(0, random.pick([0, 0, 1, 1, 2]))) {
    joined = join(random, joined, one(random, tables, prefix + alias))
  }
  return joined
}

function one(random: Random, tables: Table[], alias: string): Source {
  const table = random.pick(tables)
  const rows = table.rows.map((row) => renamed(row, alias))
  const known = Object.entries(columns).map(([name, type]) => column(`${alias}.${name}`, type))
  const keys = [`${alias}.id`]
  if (random.chance(0.8)) return { sql: `${table.name} AS ${alias}`, rows, columns: known, keys }
  const inner = Object.entries(columns).map(([name, type]) => column(name, type))
  const where = condition({ random, columns: inner, condition }, 1)
  return {
    sql: `(SELECT * FROM ${table.name} WHERE ${where.sql}) AS ${alias}`,
    rows: table.rows.filter((row) => where.of(row)).map((row) => renamed(row, alias)),
    columns: known,
    keys,
  }
}

function renamed(row: Row, alias: string): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [`${alias}.${name}`, value]))
}

export function column(name: string, type: Type): Expression {
  return { sql: name, type, of: (row) => row[name] ?? null }
}

function join(random: Random, left: Source, right: Source): Source {
  const known = [...left.columns, ...right.columns]
  const keys = [...left.keys, ...right.keys]
  const kind = random.pick(['INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS'] as const)
  const pairs = left.rows.flatMap((l) => right.rows.map((r) => [l, r] as const))
  if (kind === 'CROSS') {
    const sql = `${left.sql} CROSS JOIN ${right.sql}`
    return { sql, rows: pairs.map(([l, r]) => ({ ...l, ...r })), columns: known, keys }
  }
  const on = joinCondition(random, left, right)
  const matches = pairs.filter(([l, r]) => on.of({ ...l, ...r }))
  const rows = matches.map(([l, r]): Row => ({ ...l, ...r }))
  if (kind === 'LEFT' || kind === 'FULL')
    rows.push(...left.rows.filter((l) => !matches.some(([m]) => m === l)))
  if (kind === 'RIGHT' || kind === 'FULL')
    rows.push(...right.rows.filter((r) => !matches.some(([, m]) => m === r)))
  return { sql: `${left.sql} ${kind} JOIN ${right.sql} ON ${on.sql}`, rows, columns: known, keys }
}

function joinCondition(random: Random, left: Source, right: Source) {
  const pick = (from: Source) => expression({ random, columns: from.columns, condition }, 'int', 0)
  const [a, b] = [pick(left), pick(right)]
  const more = condition({ random, columns: [...left.columns, ...right.columns], condition }, 0)
  const isSame = (row: Row) => {
    const [x, y] = [a.of(row), b.of(row)]
    return x !== null && y !== null && x === y
  }
  if (random.chance(0.7)) return { sql: `${a.sql} = ${b.sql}`, of: isSame }
  return {
    sql: `${a.sql} = ${b.sql} AND ${more.sql}`,
    of: (row: Row) => isSame(row) && more.of(row) === true,
  }
}
