// What windows and recursive queries ask of their numbers of rows and steps.
import { SqlError } from '../../model/errors.ts'

/** @throws SqlError 8730 for LAG and LEAD with a negative number of rows */
export function rowDistance(distance: bigint): bigint {
  if (distance >= 0n) return distance
  throw new SqlError(8730, 'Offset parameter for Lag and Lead functions cannot be a negative value.')
}

/** @throws SqlError 530 after the last step; 0 stands for any number */
export function recursionStep(step: bigint, most: bigint): bigint {
  if (most === 0n || step < most) return step + 1n
  throw new SqlError(
    530,
    `The statement terminated. The maximum recursion ${most} has been exhausted before statement completion.`,
  )
}
