// The tokens of which a response consists (MS-TDS 2.2.7).
import type { SqlError } from '../model/errors.ts'
import type { Command, Origin, ResultColumn } from '../model/results.ts'
import type { SqlType, Value } from '../model/types.ts'
import { longText, shortText, uint8, uint16, uint32, utf16, wide } from './bytes.ts'
import { SERVER_VERSION } from './prelogin.ts'
import { COLLATION, typeInfo, valueBytes } from './values.ts'

const SERVER_NAME = 'localcloud'
/** A token says its length in two bytes. */
const LONGEST_MESSAGE = 30_000

const TDS_8 = 0x08000000

/** Agrees to TDS 8 where the client speaks it, and to TDS 7.4 otherwise. */
export function loginAck(asked: number): Buffer {
  const version = asked === TDS_8 ? uint8(0x08, 0, 0, 0) : uint8(0x74, 0, 0, 4)
  return sized(0xad, [uint8(1), version, shortText('Microsoft SQL Server'), SERVER_VERSION])
}

export const change = {
  database: (name: string) => environmentChange(1, shortText(name), shortText('master')),
  language: (name: string) => environmentChange(2, shortText(name), shortText('')),
  packetSize: (size: number) => environmentChange(4, shortText(String(size)), shortText('4096')),
  collation: () => environmentChange(7, Buffer.concat([uint8(COLLATION.length), COLLATION]), uint8(0)),
  begin: (id: bigint) => environmentChange(8, transaction(id), uint8(0)),
  commit: (id: bigint) => environmentChange(9, uint8(0), transaction(id)),
  rollback: (id: bigint) => environmentChange(10, uint8(0), transaction(id)),
  reset: () => environmentChange(18, uint8(0), uint8(0)),
}

function transaction(id: bigint): Buffer {
  return Buffer.concat([uint8(8), wide(id, 8)])
}

function environmentChange(type: number, now: Buffer, before: Buffer): Buffer {
  return sized(0xe3, [uint8(type), now, before])
}

export function info(number: number, message: string, { class: severity = 10, state = 1 } = {}): Buffer {
  return messageToken(0xab, { number, message, class: severity, state, line: 1 })
}

export function error({ number, message, class: severity, state, line }: SqlError): Buffer {
  return messageToken(0xaa, { number, message, class: severity, state, line })
}

function messageToken(
  token: number,
  { number, message, class: severity, state, line }: Omit<SqlError, 'name'>,
): Buffer {
  const text = longText(message.slice(0, LONGEST_MESSAGE))
  return sized(token, [
    uint32(number),
    uint8(state, severity),
    text,
    shortText(SERVER_NAME),
    shortText(''),
    uint32(line),
  ])
}

/** Tells a client where tokens are issued and what they must be for. */
export function fedAuthInfo(stsUrl: string, spn: string): Buffer {
  const values = [
    { id: 1, data: utf16(stsUrl) },
    { id: 2, data: utf16(spn) },
  ]
  let offset = 4 + 9 * values.length
  const table = values.map(({ id, data }) => {
    const entry = Buffer.concat([uint8(id), uint32(data.length), uint32(offset)])
    offset += data.length
    return entry
  })
  const body = Buffer.concat([uint32(values.length), ...table, ...values.map(({ data }) => data)])
  return Buffer.concat([uint8(0xee), uint32(body.length), body])
}

/** Acknowledges the features that the client offered and this server uses. */
export function featuresAcknowledged({ utf8 }: { utf8: boolean }): Buffer {
  const fedAuth = Buffer.concat([uint8(0x02), uint32(0)])
  const withUtf8 = utf8 ? [Buffer.concat([uint8(0x0a), uint32(1), uint8(1)])] : []
  return Buffer.concat([uint8(0xae), fedAuth, ...withUtf8, uint8(0xff)])
}

// Flags of a column.
const NULLABLE = 0x01
const UPDATEABLE_UNKNOWN = 0x08
const IDENTITY = 0x10
const COMPUTED = 0x20

export function columnMetadata(columns: ResultColumn[]): Buffer {
  const described = columns.map(({ name, type, origin }) =>
    Buffer.concat([uint32(0), uint16(flagsOf(origin)), typeInfo(type), shortText(name)]),
  )
  return Buffer.concat([uint8(0x81), uint16(columns.length), ...described])
}

function flagsOf(origin: Origin | undefined): number {
  if (!origin) return COMPUTED | NULLABLE
  return (origin.identity ? IDENTITY : UPDATEABLE_UNKNOWN) | (origin.nullable ? NULLABLE : 0)
}

export function row(columns: ResultColumn[], values: Value[]): Buffer {
  return Buffer.concat([
    uint8(0xd1),
    ...columns.map(({ type }, index) => valueBytes(values[index] ?? null, type)),
  ])
}

export function returnStatus(status: number): Buffer {
  return Buffer.concat([uint8(0x79), uint32(status)])
}

/** What an OUTPUT parameter returns; `ordinal` is its position in the call. */
export interface ReturnValue {
  ordinal: number
  name: string
  type: SqlType
  value: Value
}

export function returnValue({ ordinal, name, type, value }: ReturnValue): Buffer {
  const ofParameter = uint8(0x01)
  const head = [uint8(0xac), uint16(ordinal), shortText(name), ofParameter, uint32(0), uint16(NULLABLE)]
  return Buffer.concat([...head, typeInfo(type), valueBytes(value, type)])
}

/** DONE ends a statement of a batch, DONEINPROC one of a procedure, and DONEPROC the procedure. */
export const doneToken = { batch: 0xfd, procedure: 0xfe, inProcedure: 0xff }
export const doneStatus = { more: 0x01, error: 0x02, count: 0x10, attention: 0x20 }

/** The numbers of statements (CurCmd), which MS-TDS leaves to the server: those that clients take the counts of are known. */
const commands: Record<Command, number> = { select: 0xc1, insert: 0xc3, delete: 0xc4, update: 0xc5 }

interface End {
  count?: number
  command?: Command | undefined
}

export function done(token: number, status: number, { count = 0, command }: End = {}): Buffer {
  const number = command ? commands[command] : 0
  return Buffer.concat([uint8(token), uint16(status), uint16(number), wide(BigInt(count), 8)])
}

function sized(token: number, parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([uint8(token), uint16(body.length), body])
}
