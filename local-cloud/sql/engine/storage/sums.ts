// SUM where SQLite's own would go over to floating point.
import type { DatabaseSync } from 'node:sqlite'
import { digitsOf, storedDecimal } from '../../model/decimals.ts'
import { checkedFloat } from '../../model/ranges.ts'
import { decimal, float, type Value } from '../../model/types.ts'

/** The lower bits of a sum hold the number of its values, for the sum of none is NULL. */
const COUNT_BITS = 64

/** Registers SUM of decimals, of groups and of windows. Its type is decimal(38, scale), whatever the scale. */
export function registerSums(sqlite: DatabaseSync): void {
  sqlite.aggregate<bigint>('sum_decimal', {
    start: 0n,
    useBigIntArguments: true,
    step: (sum, value) => sum + counted(value as Value),
    inverse: (sum, value) => sum - counted(value as Value),
    result: (sum) => {
      if (BigInt.asUintN(COUNT_BITS, sum) === 0n) return null
      return storedDecimal(sum >> BigInt(COUNT_BITS), decimal(38, 0))
    },
  })
  sqlite.function('finite', { deterministic: true }, (value) =>
    value === null ? null : checkedFloat(Number(value), float),
  )
}

function counted(value: Value): bigint {
  return value === null ? 0n : (digitsOf(value) << BigInt(COUNT_BITS)) + 1n
}
