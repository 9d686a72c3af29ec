// The values of T-SQL in JavaScript, and how they are compared and calculated with.

/** An exact number: digits times ten to the power of -scale. */
export interface Decimal {
  digits: bigint
  scale: number
}

export type Value = null | number | string | Decimal
export type Truth = boolean | null

export interface Type {
  kind: 'int' | 'decimal' | 'text'
  precision: number
  scale: number
}

export const int: Type = { kind: 'int', precision: 10, scale: 0 }
export const text: Type = { kind: 'text', precision: 0, scale: 0 }
export const decimal = (precision: number, scale: number): Type => ({ kind: 'decimal', precision, scale })

/** Thrown where SQL Server would give an error: such a query is not asked. */
export class Unanswerable extends Error {}

export function checkedInt(value: number): number {
  if (Math.abs(value) > 2 ** 31 - 1) throw new Unanswerable()
  return value
}

export function asDecimal(value: number | Decimal): Decimal {
  return typeof value === 'number' ? { digits: BigInt(value), scale: 0 } : value
}

export function rescaled({ digits, scale }: Decimal, wanted: number): bigint {
  return wanted >= scale ? digits * 10n ** BigInt(wanted - scale) : digits / 10n ** BigInt(scale - wanted)
}

export function calculate(operator: string, left: Value, right: Value, type: Type): Value {
  if (left === null || right === null) return null
  if (typeof left === 'string' || typeof right === 'string') return String(left) + String(right)
  if (typeof left === 'number' && typeof right === 'number') return calculateInt(operator, left, right)
  const [a, b] = [asDecimal(left), asDecimal(right)]
  return { digits: decimalDigits(operator, a, b, type.scale), scale: type.scale }
}

function calculateInt(operator: string, a: number, b: number): number {
  if ('/%'.includes(operator) && b === 0) throw new Unanswerable()
  const results: Record<string, number> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': Math.trunc(a / b),
    '%': a % b,
  }
  return checkedInt((results[operator] ?? 0) + 0)
}

function decimalDigits(operator: string, a: Decimal, b: Decimal, scale: number): bigint {
  if (operator === '*') return rescaled({ digits: a.digits * b.digits, scale: a.scale + b.scale }, scale)
  if (operator === '+') return rescaled(a, scale) + rescaled(b, scale)
  if (operator === '-') return rescaled(a, scale) - rescaled(b, scale)
  if (b.digits === 0n) throw new Unanswerable()
  return rescaled(a, scale + b.scale) / b.digits
}

/** What makes two texts equal: neither case nor blanks at the end. */
export function folded(value: string): string {
  return value.toLowerCase().replace(/ +$/, '')
}

/** Compares values of which none is NULL: negative, zero or positive. */
export function compare(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const [a, b] = [folded(left), folded(right)]
    return a < b ? -1 : Number(a > b)
  }
  const [a, b] = [asDecimal(left as number), asDecimal(right as number)]
  const scale = Math.max(a.scale, b.scale)
  const difference = rescaled(a, scale) - rescaled(b, scale)
  return difference < 0n ? -1 : Number(difference > 0n)
}

/** The order of ORDER BY, in which NULL comes first. */
export function compareForOrder(left: Value, right: Value): number {
  if (left === null || right === null) return Number(right === null) - Number(left === null)
  return compare(left, right)
}

/** A key that is the same for values that a group takes together. */
export function keyOf(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${folded(value)}`
  const { digits, scale } = asDecimal(value)
  return String(Number(digits) / 10 ** scale)
}
