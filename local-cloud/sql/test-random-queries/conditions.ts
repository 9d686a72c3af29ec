// Random conditions, with the three values that they can have.
import { type Condition, type Expression, expression, type Names } from './expressions.ts'
import { compare, type Truth, type Value } from './values.ts'

export function condition(names: Names, depth = 2): Condition {
  const { random } = names
  if (depth > 0 && random.chance(0.4)) return combined(names, depth - 1)
  if (depth > 0 && random.chance(0.15)) {
    const inner = condition(names, depth - 1)
    return { sql: `NOT (${inner.sql})`, of: (row) => not(inner.of(row)) }
  }
  return random.pick([comparison, comparison, isNull, inList, between, like])(names)
}

// AND binds closer than OR; only what is written the other way round gets brackets.
function combined(names: Names, depth: number): Condition {
  const [left, right] = [condition(names, depth), condition(names, depth)]
  if (names.random.chance(0.5))
    return { sql: `(${left.sql}) AND (${right.sql})`, of: (row) => and(left.of(row), right.of(row)) }
  const third = comparison(names)
  return {
    sql: `${third.sql} AND (${left.sql}) OR ${third.sql} AND (${right.sql})`,
    of: (row) => or(and(third.of(row), left.of(row)), and(third.of(row), right.of(row))),
  }
}

export function not(value: Truth): Truth {
  return value === null ? null : !value
}

export function and(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false
  return left === null || right === null ? null : true
}

export function or(left: Truth, right: Truth): Truth {
  return not(and(not(left), not(right)))
}

const comparisons: Record<string, (difference: number) => boolean> = {
  '=': (difference) => difference === 0,
  '<>': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
}

function compared(operator: string, left: Value, right: Value): Truth {
  return left === null || right === null ? null : (comparisons[operator]?.(compare(left, right)) ?? null)
}

function comparison(names: Names): Condition {
  const { random } = names
  const kind = random.pick(['int', 'int', 'decimal', 'text'] as const)
  const left = expression(names, kind, 1)
  const right = expression(names, kind === 'decimal' ? random.pick(['int', 'decimal'] as const) : kind, 1)
  const operator = random.pick(Object.keys(comparisons))
  return {
    sql: `${left.sql} ${operator} ${right.sql}`,
    of: (row) => compared(operator, left.of(row), right.of(row)),
  }
}

function isNull(names: Names): Condition {
  const operand = expression(names, names.random.pick(['int', 'text'] as const), 1)
  const negated = names.random.chance(0.5)
  return {
    sql: `${operand.sql} IS ${negated ? 'NOT ' : ''}NULL`,
    of: (row) => (operand.of(row) === null) !== negated,
  }
}

function inList(names: Names): Condition {
  const { random } = names
  const kind = random.pick(['int', 'text'] as const)
  const operand = expression(names, kind, 1)
  const among = random.times(random.between(1, 3), () => expression(names, kind, 0))
  const hasNull = random.chance(0.2)
  const negated = random.chance(0.4)
  const list = [...among.map(({ sql }) => sql), ...(hasNull ? ['NULL'] : [])].join(', ')
  return {
    sql: `${operand.sql} ${negated ? 'NOT ' : ''}IN (${list})`,
    of: (row) => {
      const values = [...among.map((item) => item.of(row)), ...(hasNull ? [null] : [])]
      return isAmong(operand.of(row), values, negated)
    },
  }
}

export function isAmong(value: Value, values: Value[], negated: boolean): Truth {
  const found = values.map((item) => compared('=', value, item)).reduce(or, false)
  return negated ? not(found) : found
}

function between(names: Names): Condition {
  const bounds = names.random.times(3, () => expression(names, 'int', 0))
  const [operand, low, high] = bounds as [Expression, Expression, Expression]
  const negated = names.random.chance(0.4)
  return {
    sql: `${operand.sql} ${negated ? 'NOT ' : ''}BETWEEN ${low.sql} AND ${high.sql}`,
    of: (row) => {
      const inside = and(
        compared('>=', operand.of(row), low.of(row)),
        compared('<=', operand.of(row), high.of(row)),
      )
      return negated ? not(inside) : inside
    },
  }
}

const SET = '[a-b]'

function like(names: Names): Condition {
  const { random } = names
  const operand = expression(names, 'text', 1)
  const parts = random.times(random.between(1, 3), () => random.pick(['%', '_', 'a', 'B', '1', SET]))
  const pattern = new RegExp(`^${parts.map(asRegExp).join('')}$`, 'i')
  const negated = random.chance(0.3)
  return {
    sql: `RTRIM(${operand.sql}) ${negated ? 'NOT ' : ''}LIKE N'${parts.join('')}'`,
    of: (row) => {
      const value = operand.of(row)
      return value === null ? null : pattern.test(String(value).replace(/ +$/, '')) !== negated
    },
  }
}

function asRegExp(part: string): string {
  return { '%': '.*', _: '.' }[part] ?? part
}
