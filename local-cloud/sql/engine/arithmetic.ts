// + - * / and % as T-SQL does them: whole numbers stay whole, and a decimal is exact.
// https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql
import { SqlError } from '../errors.ts'
import type { Arithmetic } from '../tsql/syntax.ts'
import { checkedInt64, rescaled } from './decimals.ts'
import { decimal, type SqlType } from './types.ts'

const MOST_DIGITS = 38
/** What a scale is not cut below, to make room for the digits before the point. */
const LEAST_SCALE = 6

/** Gives the type of an operation on two decimals. */
export function decimalResult(operator: Arithmetic, a: SqlType, b: SqlType): SqlType {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale]
  const scale = Math.max(s1, s2)
  switch (operator) {
    case '+':
    case '-':
      return fitted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale)
    case '*':
      return fitted(p1 + p2 + 1, s1 + s2)
    case '/': {
      const quotientScale = Math.max(LEAST_SCALE, s1 + p2 + 1)
      return fitted(p1 - s1 + s2 + quotientScale, quotientScale)
    }
    case '%':
      return fitted(Math.min(p1 - s1, p2 - s2) + scale, scale)
  }
}

function fitted(precision: number, scale: number): SqlType {
  if (precision <= MOST_DIGITS) return decimal(precision, scale)
  const whole = precision - scale
  return decimal(MOST_DIGITS, Math.max(Math.min(scale, MOST_DIGITS - whole), Math.min(scale, LEAST_SCALE)))
}

/** Calculates with two decimals, each given as its digits and its scale. */
export function calculateDecimal(
  operator: string,
  [a, scaleA]: [bigint, number],
  [b, scaleB]: [bigint, number],
  scale: number,
): bigint {
  if (operator === '*') return checkedInt64(rescaled(a * b, scaleA + scaleB, scale))
  if (operator === '/') return checkedInt64(quotient(a, scaleA, b, scaleB, scale))
  const common = Math.max(scaleA, scaleB)
  const [left, right] = [rescaled(a, scaleA, common), rescaled(b, scaleB, common)]
  if (operator === '%') return checkedInt64(rescaled(left % nonZero(right), common, scale))
  return checkedInt64(rescaled(operator === '+' ? left + right : left - right, common, scale))
}

// The digits that do not fit are cut off, not rounded.
function quotient(a: bigint, scaleA: number, b: bigint, scaleB: number, scale: number): bigint {
  const shift = scale + scaleB - scaleA
  const dividend = shift > 0 ? a * 10n ** BigInt(shift) : a
  const divisor = shift < 0 ? nonZero(b) * 10n ** BigInt(-shift) : nonZero(b)
  return dividend / divisor
}

/** Divides whole numbers, and cuts what is left over; or floats. */
export function divide<Kind extends bigint | number>(a: Kind, b: Kind): Kind {
  return ((a as number) / (nonZero(b) as number)) as Kind
}

export function remainder<Kind extends bigint | number>(a: Kind, b: Kind): Kind {
  return ((a as number) % (nonZero(b) as number)) as Kind
}

function nonZero<Kind extends bigint | number>(divisor: Kind): Kind {
  // biome-ignore lint/suspicious/noDoubleEquals: 0n and 0 alike
  if (divisor == 0) throw new SqlError(8134, 'Divide by zero error encountered.')
  return divisor
}
