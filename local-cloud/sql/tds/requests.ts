// What a client asks for once it has logged in (MS-TDS 2.2.6.6 to 2.2.6.9).
import { bulkLoadTooLarge } from '../model/errors.ts'
import { readerOf } from './bytes.ts'
import { LARGEST_MESSAGE, type Message, messageType } from './packets.ts'
import { type Parameter, parameterFrom } from './parameters.ts'
import { type TransactionRequest, transactionRequestFrom } from './transaction-requests.ts'

export type ClientRequest =
  | { kind: 'batch'; sql: string }
  /** The parameters are read when asked for: those of a procedure that is refused may be of any type. */
  | { kind: 'procedure'; name: string; parameters(): Parameter[] }
  | { kind: 'transaction'; request: TransactionRequest }
  /** What follows the statement INSERT BULK: the rows. */
  | { kind: 'bulk load'; rows: Buffer }

/** A name this long stands for a number in place of a name. */
const NUMBERED = 0xffff
const procedureNumbers: Record<number, string> = {
  1: 'sp_cursor',
  2: 'sp_cursoropen',
  3: 'sp_cursorprepare',
  4: 'sp_cursorexecute',
  5: 'sp_cursorprepexec',
  6: 'sp_cursorunprepare',
  7: 'sp_cursorfetch',
  8: 'sp_cursoroption',
  9: 'sp_cursorclose',
  10: 'sp_executesql',
  11: 'sp_prepare',
  12: 'sp_execute',
  13: 'sp_prepexec',
  14: 'sp_prepexecrpc',
  15: 'sp_unprepare',
}

/** @throws RangeError for bytes that are no request; SqlError for rows that are too many */
export function requestFrom({ type, payload, isTooLong }: Message): ClientRequest {
  if (isTooLong) throw bulkLoadTooLarge(LARGEST_MESSAGE)
  if (type === messageType.bulkLoad) return { kind: 'bulk load', rows: payload }
  const reader = readerOf(payload)
  // ALL_HEADERS: their own length, and what a server without query notifications and distributed transactions can ignore.
  reader.bytes(reader.uint32() - 4)
  switch (type) {
    case messageType.batch:
      return { kind: 'batch', sql: payload.toString('utf16le', payload.readUInt32LE(0)) }
    case messageType.procedure: {
      const length = reader.uint16()
      const name = length === NUMBERED ? procedureName(reader.uint16()) : reader.text(length)
      reader.uint16() // option flags
      return { kind: 'procedure', name, parameters: () => parametersFrom(reader) }
    }
    case messageType.transaction:
      return { kind: 'transaction', request: transactionRequestFrom(reader) }
    default:
      throw new RangeError(`A message of type ${type} is not a request.`)
  }
}

function procedureName(number: number): string {
  return procedureNumbers[number] ?? `procedure ${number}`
}

function parametersFrom(reader: ReturnType<typeof readerOf>): Parameter[] {
  const parameters: Parameter[] = []
  while (!reader.isAtEnd()) parameters.push(parameterFrom(reader))
  return parameters
}
