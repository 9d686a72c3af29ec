// + - * / and % as T-SQL does them: whole numbers stay whole, and a decimal is exact.
import { SqlError } from '../../model/errors.ts'
import { checkedInt64, rescaled } from './decimals.ts'

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
