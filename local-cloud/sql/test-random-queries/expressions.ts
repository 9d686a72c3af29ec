// Random expressions. Each is written in T-SQL, and can calculate its value itself.
import type { Random } from './random.ts'
import {
  calculate,
  compare,
  decimal,
  int,
  rescaled,
  type Truth,
  type Type,
  text,
  Unanswerable,
  type Value,
} from './values.ts'

export type Row = Record<string, Value>

export interface Expression {
  sql: string
  type: Type
  of(row: Row): Value
}

export interface Condition {
  sql: string
  of(row: Row): Truth
}

/** What an expression may be made of. */
export interface Names {
  random: Random
  columns: Expression[]
  /** Makes the conditions of CASE, which are made of expressions themselves. */
  condition(names: Names, depth: number): Condition
}

export function expression(names: Names, kind: Type['kind'], depth = 2): Expression {
  const { random } = names
  if (depth === 0 || random.chance(0.35)) return leaf(names, kind)
  if (random.chance(0.35)) return choice(names, kind, depth - 1)
  if (kind === 'int') return random.chance(0.3) ? measure(names, depth - 1) : sum(names, depth - 1)
  return kind === 'text' ? changedText(names, depth - 1) : decimalSum(names, depth - 1)
}

function leaf({ random, columns }: Names, kind: Type['kind']): Expression {
  const known = columns.filter(({ type }) => type.kind === kind)
  if (known.length > 0 && random.chance(0.75)) return random.pick(known)
  return constant(random, kind)
}

export function constant(random: Random, kind: Type['kind']): Expression {
  if (kind === 'text') {
    const value = randomText(random)
    return { sql: `N'${value}'`, type: text, of: () => value }
  }
  const number = random.between(0, 30)
  if (kind === 'int') {
    return { sql: String(number), type: { ...int, precision: String(number).length }, of: () => number }
  }
  const digits = random.between(100, 999)
  return {
    sql: `${Math.floor(digits / 100)}.${String(digits % 100).padStart(2, '0')}`,
    type: decimal(3, 2),
    of: () => ({ digits: BigInt(digits), scale: 2 }),
  }
}

/** A short text, sometimes with a blank at its end. */
export function randomText(random: Random): string {
  const letters = random.times(random.between(0, 3), () => random.pick([...'abABc1']))
  return letters.join('') + (random.chance(0.1) ? ' ' : '')
}

// Without brackets, so that the order of the operators counts.
function sum(names: Names, depth: number): Expression {
  const { random } = names
  const [first, ...others] = random.times(random.between(2, 3), () => product(names, depth)) as [
    Expression,
    ...Expression[],
  ]
  return others.reduce((left, right) => binary(random.pick(['+', '-']), left, right, int), first)
}

function product(names: Names, depth: number): Expression {
  const factor = bracketed(expression(names, 'int', depth))
  const { random } = names
  if (random.chance(0.6)) return factor
  const operator = random.pick(['*', '/', '%'])
  const other = operator === '*' ? bracketed(expression(names, 'int', 0)) : nonZero(random)
  return binary(operator, factor, other, int)
}

function nonZero(random: Random): Expression {
  const number = random.between(1, 9)
  return { sql: String(number), type: { ...int, precision: 1 }, of: () => number }
}

function bracketed(inner: Expression): Expression {
  return /^[\w.]+$/.test(inner.sql) ? inner : { ...inner, sql: `(${inner.sql})` }
}

function binary(operator: string, left: Expression, right: Expression, type: Type): Expression {
  return {
    sql: `${left.sql} ${operator} ${right.sql}`,
    type,
    of: (row) => calculate(operator, left.of(row), right.of(row), type),
  }
}

// https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql
function decimalSum(names: Names, depth: number): Expression {
  const { random } = names
  const left = expression(names, 'decimal', depth)
  const operator = random.pick(['+', '-', '*', '/'])
  const right =
    operator === '/' ? nonZero(random) : expression(names, random.pick(['decimal', 'int'] as const), 0)
  const [p1, s1, p2, s2] = [left.type.precision, left.type.scale, right.type.precision, right.type.scale]
  const scale = operator === '*' ? s1 + s2 : operator === '/' ? Math.max(6, s1 + p2 + 1) : Math.max(s1, s2)
  const whole = { '*': p1 - s1 + p2 - s2 + 1, '/': p1 - s1 + s2 }[operator] ?? Math.max(p1 - s1, p2 - s2) + 1
  if (whole + scale > 38) return left
  return binary(operator, bracketed(left), bracketed(right), decimal(whole + scale, scale))
}

function measure(names: Names, depth: number): Expression {
  const inner = expression(names, 'text', depth)
  return {
    sql: `LEN(${inner.sql})`,
    type: int,
    of: (row) => onText(inner.of(row), (value) => value.replace(/ +$/, '').length),
  }
}

function changedText(names: Names, depth: number): Expression {
  const inner = expression(names, 'text', depth)
  const { random } = names
  const count = random.between(0, 3)
  const ways: [sql: string, change: (value: string) => string][] = [
    [`UPPER(${inner.sql})`, (value) => value.toUpperCase()],
    [`LOWER(${inner.sql})`, (value) => value.toLowerCase()],
    [`LEFT(${inner.sql}, ${count})`, (value) => value.slice(0, count)],
    [`SUBSTRING(${inner.sql}, 2, ${count})`, (value) => value.slice(1, 1 + count)],
    [`REPLACE(${inner.sql}, N'a', N'xy')`, (value) => value.replace(/a/gi, 'xy')],
    [`REVERSE(${inner.sql})`, (value) => [...value].reverse().join('')],
    [`${inner.sql} + N'z'`, (value) => `${value}z`],
  ]
  const [sql, change] = random.pick(ways)
  return { sql, type: text, of: (row) => onText(inner.of(row), change) }
}

function onText<Result>(value: Value, work: (value: string) => Result): Result | null {
  return value === null ? null : work(String(value))
}

function choice(names: Names, kind: Type['kind'], depth: number): Expression {
  const { random } = names
  const [first, second] = [expression(names, kind, depth), expression(names, kind, depth)]
  const type = commonType(first.type, second.type)
  const fit = (value: Value) => fitted(value, type)
  const when = names.condition(names, 1)
  return random.pick<Expression>([
    {
      sql: `CASE WHEN ${when.sql} THEN ${first.sql} ELSE ${second.sql} END`,
      type,
      of: (row) => fit(when.of(row) ? first.of(row) : second.of(row)),
    },
    {
      sql: `IIF(${when.sql}, ${first.sql}, NULL)`,
      type: widest(first.type),
      of: (row) => (when.of(row) ? first.of(row) : null),
    },
    {
      sql: `COALESCE(${first.sql}, ${second.sql})`,
      type,
      of: (row) => fit(first.of(row) ?? second.of(row)),
    },
    {
      sql: `NULLIF(${first.sql}, ${second.sql})`,
      type: widest(first.type),
      of: (row) => nullIf(first.of(row), second.of(row)),
    },
  ])
}

// Only a constant counts with the digits that it has.
function widest(type: Type): Type {
  return type.kind === 'int' ? int : type
}

function nullIf(first: Value, second: Value): Value {
  return first !== null && second !== null && compare(first, second) === 0 ? null : first
}

function commonType(a: Type, b: Type): Type {
  if (a.kind === 'text') return text
  const scale = Math.max(a.scale, b.scale)
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale
  if (precision > 38) throw new Unanswerable()
  return a.kind === 'int' ? int : decimal(precision, scale)
}

function fitted(value: Value, type: Type): Value {
  if (value === null || typeof value !== 'object') return value
  return { digits: rescaled(value, type.scale), scale: type.scale }
}
