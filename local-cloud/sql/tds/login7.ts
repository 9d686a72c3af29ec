// The login record (MS-TDS 2.2.6.4).
import { readerOf } from './bytes.ts'

export interface Login {
  /** As it is written: 0x74000004 for TDS 7.4, 0x08000000 for TDS 8. */
  version: number
  packetSize: number
  userName: string
  serverName: string
  database: string
  /** How the client sends its token; undefined when it uses a password. */
  fedAuth: FedAuth | undefined
  /** It only reads, so that a replica may answer. */
  readOnly: boolean
  /** It offers UTF-8, which the server must acknowledge. */
  supportsUtf8: boolean
}

/** The token comes after this record, once the client knows where to get it; or it is in it. */
type FedAuth = { kind: 'later' } | { kind: 'enclosed'; token: string }

// Where offset and length of a text are written.
const field = { userName: 40, serverName: 52, extension: 56, database: 68 }
const TYPE_FLAGS = 26
const READ_ONLY_INTENT = 0x20
const OPTION_FLAGS_3 = 27
const HAS_EXTENSION = 0x10

const feature = { fedAuth: 0x02, utf8: 0x0a, end: 0xff }
const library = { securityToken: 0x01, adal: 0x02 }

export function loginFrom(payload: Buffer): Login {
  const features = featuresOf(payload)
  const fedAuth = features.get(feature.fedAuth)
  return {
    version: payload.readUInt32LE(4),
    packetSize: payload.readUInt32LE(8),
    userName: text(payload, field.userName),
    serverName: text(payload, field.serverName),
    database: text(payload, field.database),
    readOnly: (payload.readUInt8(TYPE_FLAGS) & READ_ONLY_INTENT) !== 0,
    fedAuth: fedAuth && fedAuthFrom(fedAuth),
    supportsUtf8: features.has(feature.utf8),
  }
}

function text(payload: Buffer, position: number): string {
  const start = payload.readUInt16LE(position)
  return payload.toString('utf16le', start, start + 2 * payload.readUInt16LE(position + 2))
}

function featuresOf(payload: Buffer): Map<number, Buffer> {
  const features = new Map<number, Buffer>()
  if ((payload.readUInt8(OPTION_FLAGS_3) & HAS_EXTENSION) === 0) return features
  const start = payload.readUInt32LE(payload.readUInt16LE(field.extension))
  const reader = readerOf(payload.subarray(start))
  for (let id = reader.uint8(); id !== feature.end; id = reader.uint8())
    features.set(id, reader.bytes(reader.uint32()))
  return features
}

function fedAuthFrom(data: Buffer): FedAuth {
  const reader = readerOf(data)
  // The lowest bit repeats that the server asked for a token in PRELOGIN.
  const kind = reader.uint8() >> 1
  if (kind === library.adal) return { kind: 'later' }
  if (kind !== library.securityToken)
    throw new RangeError(`There is no federated authentication of kind ${kind}.`)
  return { kind: 'enclosed', token: reader.text(reader.uint32() / 2) }
}

/** Reads the token that a client sends in a message of its own (MS-TDS 2.2.6.3). */
export function tokenFrom(payload: Buffer): string {
  const reader = readerOf(payload)
  reader.uint32()
  return reader.text(reader.uint32() / 2)
}
