// What the types of numbers can hold.
import { overflow } from './errors.ts'
import type { SqlType } from './types.ts'

const ranges: Record<string, [least: bigint, most: bigint]> = {
  bit: [0n, 1n],
  tinyint: [0n, 255n],
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
}

export function isInRange(value: bigint, type: SqlType): boolean {
  const [least, most] = ranges[type.name] ?? [0n, 0n]
  return value >= least && value <= most
}

/** @throws SqlError 8115 when the number is too large for the type */
export function checkedInteger(value: bigint, type: SqlType): bigint {
  if (!isInRange(value, type)) throw overflow(type.name)
  return value
}

/** @throws SqlError 8115 for infinity, which SQL Server does not know */
export function checkedFloat(value: number, type: SqlType): number {
  const rounded = type.name === 'real' ? Math.fround(value) : value
  if (!Number.isFinite(rounded)) throw overflow(type.name)
  return rounded
}
