// The last look at a value before it becomes bytes: a client that gets more than the column said loses its place in the
// stream, and with it the connection.
import { digitsOf } from './decimals.ts'
import { NOT_IMITATED, overflow, SqlError } from './errors.ts'
import { isInRange } from './ranges.ts'
import { isInMomentRange, TICKS_PER_DAY } from './temporal.ts'
import { familyOf, isWide, nameOf, type SqlType, type Value } from './types.ts'

/**
 * Holds a value to the type of its column, whatever made it.
 *
 * @throws SqlError 8152 for text or bytes that are too long, 8115 for a number that is too large, and one of the local
 *   database's own for a value of another kind
 */
export function requireFit(value: Exclude<Value, null>, type: SqlType): void {
  if (typeof value !== kindOf(type)) {
    throw new SqlError(
      NOT_IMITATED,
      `The local database calculated a value of the kind ${typeof value} for a column of the type ${nameOf(type)}.`,
    )
  }
  switch (familyOf(type)) {
    case 'text':
    case 'binary':
      if ((value as string | Uint8Array).length > type.length) throw truncated()
      break
    case 'integer':
      if (!isInRange(value as bigint, type)) throw overflow(type.name)
      break
    case 'decimal':
      if (magnitude(digitsOf(value)) >= 10n ** BigInt(type.precision)) throw overflow('numeric')
      break
    case 'moment':
      if (!isInMomentRange(value as bigint, type)) throw overflow(type.name)
      break
    case 'time':
      if ((value as bigint) < 0n || (value as bigint) >= TICKS_PER_DAY) throw overflow(type.name)
      break
    case 'float':
      if (!Number.isFinite(value)) throw overflow(type.name)
  }
}

function kindOf(type: SqlType): string {
  switch (familyOf(type)) {
    case 'text':
    case 'guid':
    case 'zoned':
      return 'string'
    case 'binary':
      return 'object'
    case 'float':
      return 'number'
    case 'decimal':
      return isWide(type) ? 'string' : 'bigint'
    default:
      return 'bigint'
  }
}

function magnitude(digits: bigint): bigint {
  return digits < 0n ? -digits : digits
}

function truncated(): SqlError {
  return new SqlError(8152, 'String or binary data would be truncated.')
}
