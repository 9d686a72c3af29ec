// The rows of a bulk load, as a server would send them: COLMETADATA, ROW by ROW, and DONE (MS-TDS 2.2.6.1).
import type { BulkRows } from '../model/bulk-rows.ts'
import { NOT_IMITATED, SqlError } from '../model/errors.ts'
import type { SqlType, Value } from '../model/types.ts'
import { requireFit } from '../model/value-guard.ts'
import { type Reader, readerOf } from './bytes.ts'
import { typeFromWire, type WireType } from './parameters.ts'

const token = { columns: 0x81, row: 0xd1, done: 0xfd }

/**
 * Reads the columns, and the rows as they are asked for.
 *
 * @throws SqlError for a type that this server does not know, and later for a value that its type cannot hold; RangeError for
 *   bytes that are no rows
 */
export function bulkRowsFrom(payload: Buffer): BulkRows {
  const reader = readerOf(payload)
  if (reader.uint8() !== token.columns) throw new RangeError('A bulk load begins with its columns.')
  const columns = Array.from({ length: reader.uint16() }, () => columnFrom(reader))
  return { types: columns.map(({ type }) => type), rows: rowsFrom(reader, columns) }
}

function columnFrom(reader: Reader): WireType {
  reader.uint32() // user type
  reader.uint16() // flags
  const wireType = typeFromWire(reader)
  reader.text(reader.uint8()) // the name: INSERT BULK has said it
  return wireType
}

function* rowsFrom(reader: Reader, columns: WireType[]): Iterable<Value[]> {
  for (let next = reader.uint8(); next !== token.done; next = reader.uint8()) {
    if (next !== token.row) throw new RangeError(`A token of the kind ${next} is no row.`)
    yield columns.map((column, index) => checked(column.read(), column.type, index))
  }
}

function checked(value: Value, type: SqlType, index: number): Value {
  if (value === null) return null
  if (type.length > 0 && (value as string | Uint8Array).length > type.length) {
    const words = 'Received an invalid column length from the bcp client for colid'
    throw new SqlError(4815, `${words} ${index + 1}.`)
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new SqlError(NOT_IMITATED, `The local database does not imitate a bulk load of ${value}.`)
  }
  requireFit(value, type)
  return value
}
