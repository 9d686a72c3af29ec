// What the functions of windows ask of their arguments.
import { SqlError } from '../../model/errors.ts'

/** @throws SqlError 8730 for LAG and LEAD with a negative number of rows */
export function rowDistance(distance: bigint): bigint {
  if (distance >= 0n) return distance
  throw new SqlError(8730, 'Offset parameter for Lag and Lead functions cannot be a negative value.')
}
