// + - * / and % as T-SQL does them: whole numbers stay whole, a decimal is exact, and what does not fit is an error.
import { digitsOf, storedDecimal } from '../../model/decimals.ts'
import { SqlError } from '../../model/errors.ts'
import { checkedFloat, checkedInteger } from '../../model/ranges.ts'
import type { SqlType, Value } from '../../model/types.ts'
import { rescaled } from './decimals.ts'

/** Calculates with two whole numbers of the same type. */
export function calculateInteger(operator: string, a: bigint, b: bigint, type: SqlType): bigint {
  switch (operator) {
    case '+':
      return checkedInteger(a + b, type)
    case '-':
      return checkedInteger(a - b, type)
    case '*':
      return checkedInteger(a * b, type)
    case '/':
      return checkedInteger(a / nonZero(b), type)
    default:
      return a % nonZero(b)
  }
}

/** Calculates with two floats. */
export function calculateFloat(operator: string, a: number, b: number, type: SqlType): number {
  switch (operator) {
    case '+':
      return checkedFloat(a + b, type)
    case '-':
      return checkedFloat(a - b, type)
    case '*':
      return checkedFloat(a * b, type)
    default:
      return checkedFloat(a / nonZero(b), type)
  }
}

/** Calculates with two decimals as they are stored, each with its scale. */
export function calculateDecimal(
  operator: string,
  [a, scaleA]: [Exclude<Value, null>, number],
  [b, scaleB]: [Exclude<Value, null>, number],
  type: SqlType,
): Value {
  const digits = decimalResult(operator, [digitsOf(a), scaleA], [digitsOf(b), scaleB], type.scale)
  return storedDecimal(digits, type)
}

function decimalResult(
  operator: string,
  [a, scaleA]: [bigint, number],
  [b, scaleB]: [bigint, number],
  scale: number,
): bigint {
  if (operator === '*') return rescaled(a * b, scaleA + scaleB, scale)
  // The digits of a quotient that do not fit are cut off, not rounded.
  if (operator === '/') return rescaled(a, scaleA, scale + scaleB) / nonZero(b)
  const common = Math.max(scaleA, scaleB)
  const [left, right] = [rescaled(a, scaleA, common), rescaled(b, scaleB, common)]
  if (operator === '%') return rescaled(left % nonZero(right), common, scale)
  return rescaled(operator === '+' ? left + right : left - right, common, scale)
}

/** Turns the sign of a number of any type. */
export function negate(value: bigint | number | string, type: SqlType): Value {
  if (typeof value === 'number') return -value
  return type.name === 'decimal'
    ? storedDecimal(-digitsOf(value), type)
    : checkedInteger(-digitsOf(value), type)
}

function nonZero<Kind extends bigint | number>(divisor: Kind): Kind {
  // biome-ignore lint/suspicious/noDoubleEquals: 0n and 0 alike
  if (divisor == 0) throw new SqlError(8134, 'Divide by zero error encountered.')
  return divisor
}
