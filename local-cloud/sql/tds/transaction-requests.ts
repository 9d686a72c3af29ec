// Requests to the transaction manager, which drivers use in place of BEGIN TRANSACTION and the like (MS-TDS 2.2.6.9).
import type { Reader } from './bytes.ts'

export type TransactionRequest =
  /** `isolation` is undefined where it stays as it is. An empty name is none. */
  | { kind: 'begin'; isolation: string | undefined; name: string }
  /** One of these may begin the next transaction at once. */
  | { kind: 'commit' | 'rollback'; name: string; beginsAnother: boolean }
  | { kind: 'save'; name: string }
  | { kind: 'other'; number: number }

const isolationLevels = [
  undefined,
  'READ UNCOMMITTED',
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
  'SNAPSHOT',
]
const BEGINS_ANOTHER = 0x01

export function transactionRequestFrom(reader: Reader): TransactionRequest {
  const number = reader.uint16()
  switch (number) {
    case 5:
      return { kind: 'begin', isolation: isolationLevels[reader.uint8()], name: nameFrom(reader) }
    case 7:
    case 8: {
      const name = nameFrom(reader)
      const beginsAnother = (reader.uint8() & BEGINS_ANOTHER) !== 0
      return { kind: number === 7 ? 'commit' : 'rollback', name, beginsAnother }
    }
    case 9:
      return { kind: 'save', name: nameFrom(reader) }
    default:
      return { kind: 'other', number }
  }
}

// Behind one byte with its size in bytes.
function nameFrom(reader: Reader): string {
  return reader.bytes(reader.uint8()).toString('utf16le')
}
