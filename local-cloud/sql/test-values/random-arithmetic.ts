// Ten thousand calculations with whole numbers and decimals, each compared with the same calculation in JavaScript. The rules
// are written down here once more, from the documentation:
// https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection } from 'tedious'
import { ask } from '../test-client.ts'
import { typeOf } from './tables.ts'

const CASES = 10_000
const CASES_IN_A_QUERY = 200
const SEED = 20_261_121

interface Decimal {
  digits: bigint
  precision: number
  scale: number
}

interface Operand extends Decimal {
  sql: string
}

type Operator = '+' | '-' | '*' | '/' | '%'
type Result = Decimal | 'overflow' | 'division by zero'

/** A generator of whole numbers below a limit: mulberry32, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const random = randomFrom(SEED)

function randomDigits(count: number): bigint {
  const text = Array.from({ length: random(count) + 1 }, () => random(10)).join('')
  return BigInt(text) * (random(3) === 0 ? -1n : 1n)
}

function textOf({ digits, scale }: Decimal): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  const point = text.length - scale
  return `${digits < 0n ? '-' : ''}${text.slice(0, point)}${scale > 0 ? '.' : ''}${text.slice(point)}`
}

const integers = { tinyint: 3, smallint: 5, int: 10, bigint: 19 }

function randomOperand(): Operand {
  if (random(5) === 0) {
    const names = Object.keys(integers) as (keyof typeof integers)[]
    const name = names[random(names.length)] ?? 'int'
    const digits = randomDigits(integers[name] - 1)
    const allowed = name === 'tinyint' && digits < 0n ? -digits : digits
    return { sql: `CAST(${allowed} AS ${name})`, digits: allowed, precision: integers[name], scale: 0 }
  }
  const precision = random(38) + 1
  const scale = random(precision + 1)
  const decimal = { digits: randomDigits(precision), precision, scale }
  return { ...decimal, sql: `CAST('${textOf(decimal)}' AS decimal(${precision}, ${scale}))` }
}

function resultType(operator: Operator, a: Decimal, b: Decimal): { precision: number; scale: number } {
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale)
  const scale = Math.max(a.scale, b.scale)
  switch (operator) {
    case '+':
    case '-': {
      const precision = Math.min(38, scale + whole + 1)
      return { precision, scale: Math.min(scale, precision - whole) }
    }
    case '*':
      return withRoom(a.precision + b.precision + 1, a.scale + b.scale)
    case '/': {
      const digits = Math.max(6, a.scale + b.precision + 1)
      return withRoom(a.precision - a.scale + b.scale + digits, digits)
    }
    case '%':
      return { precision: Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale }
  }
}

function withRoom(precision: number, scale: number): { precision: number; scale: number } {
  const whole = precision - scale
  if (precision <= 38) return { precision, scale }
  if (whole < 32) return { precision: 38, scale: Math.min(scale, 38 - whole) }
  return { precision: 38, scale: Math.min(scale, 6) }
}

// Calculates with fractions of 80 digits, and rounds at the end; a quotient is cut off.
const DIGITS = 80

function expected(operator: Operator, a: Operand, b: Operand): Result {
  const type = resultType(operator, a, b)
  const [left, right] = [a, b].map(({ digits, scale }) => digits * 10n ** BigInt(DIGITS - scale)) as [
    bigint,
    bigint,
  ]
  if ('/%'.includes(operator) && right === 0n) return 'division by zero'
  const one = 10n ** BigInt(DIGITS)
  const unit = 10n ** BigInt(DIGITS - type.scale)
  const exact = {
    '+': () => left + right,
    '-': () => left - right,
    '*': () => (left * right) / one,
    '/': () => ((left * one) / right / unit) * unit,
    '%': () => left % right,
  }[operator]()
  const digits = (exact + (exact < 0n ? -unit : unit) / 2n) / unit
  const limit = 10n ** BigInt(type.precision)
  return digits >= limit || digits <= -limit ? 'overflow' : { ...type, digits }
}

function randomCase(): { sql: string; result: Result } {
  const [a, b] = [randomOperand(), randomOperand()]
  const operators: Operator[] =
    a.sql.includes('decimal') || b.sql.includes('decimal') ? ['+', '-', '*', '/', '%'] : []
  const operator = operators[random(operators.length || 1)]
  if (!operator) return randomCase()
  return { sql: `${a.sql} ${operator} ${b.sql}`, result: expected(operator, a, b) }
}

export function randomArithmeticTests(connection: Connection): void {
  describe('random arithmetic', () => {
    const cases = Array.from({ length: CASES }, randomCase)
    const works = cases.filter(({ result }) => typeof result === 'object')
    const fails = cases.filter(({ result }) => typeof result === 'string')

    it(`gives what JavaScript calculates, in ${CASES} cases`, async () => {
      for (let start = 0; start < works.length; start += CASES_IN_A_QUERY) {
        const part = works.slice(start, start + CASES_IN_A_QUERY)
        const list = part.flatMap(({ sql }, index) => [
          `${sql} AS n${index}`,
          `CAST(${sql} AS varchar(50)) AS t${index}`,
        ])
        const { rows, columns } = await ask(connection, `SELECT ${list.join(', ')}`, 'batch')
        for (const [index, { sql, result }] of part.entries()) {
          const { precision, scale } = result as Decimal
          assert.equal(rows[0]?.[`t${index}`], textOf(result as Decimal), sql)
          assert.equal(typeOf(columns[0]?.[2 * index]), `decimal(${precision},${scale})`, sql)
        }
      }
    })

    it('fails where the result has too many digits or the divisor is 0', async () => {
      assert.ok(fails.length > 30, `${fails.length}`)
      for (const { sql, result } of fails.slice(0, 60)) {
        await assert.rejects(
          ask(connection, `SELECT ${sql} AS n`, 'batch'),
          { number: result === 'overflow' ? 8115 : 8134 },
          sql,
        )
      }
    })
  })
}
