// How much a result takes in memory, roughly.
import type { Value } from '../../model/types.ts'

/** A result may take so many bytes: some hundred thousand rows. */
export const LARGEST_RESULT = 64 * 1024 * 1024

const BYTES_OF_ROW = 32
const BYTES_OF_VALUE = 24

export function sizeOf(row: Value[]): number {
  let size = BYTES_OF_ROW
  for (const value of row) {
    size += BYTES_OF_VALUE
    if (typeof value === 'string') size += 2 * value.length
    else if (value instanceof Uint8Array) size += value.length
  }
  return size
}
