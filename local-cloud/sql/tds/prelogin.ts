// The first message of both sides: versions, and whether the rest is encrypted (MS-TDS 2.2.6.5).
import { readerOf, uint8 } from './bytes.ts'

const option = { version: 0, encryption: 1, instance: 2, thread: 3, mars: 4, fedAuthRequired: 6, end: 0xff }
const ENCRYPTION_ON = 1
const ENCRYPTION_REQUIRED = 3

/** The version that Azure SQL gives: 12.0.2000.8. */
export const SERVER_VERSION = uint8(12, 0, 0x07, 0xd0)

/** The response to PRELOGIN: TLS is required, and so is a token if the client supports one. */
export function preloginResponse(payload: Buffer): Buffer {
  const asked = optionsOf(payload)
  const encryption = asked.get(option.encryption)?.[0] === ENCRYPTION_ON ? ENCRYPTION_ON : ENCRYPTION_REQUIRED
  const answers: [number, Buffer][] = [
    [option.version, Buffer.concat([SERVER_VERSION, uint8(0, 0)])],
    [option.encryption, uint8(encryption)],
    [option.instance, uint8(0)],
    [option.mars, uint8(0)],
  ]
  if (asked.has(option.fedAuthRequired)) answers.push([option.fedAuthRequired, uint8(1)])
  return preloginMessage(answers)
}

// A table of five bytes for each option comes first, then their data. Unlike the rest of TDS this is big-endian.
function preloginMessage(options: [number, Buffer][]): Buffer {
  let offset = 5 * options.length + 1
  const table = options.map(([id, data]) => {
    const entry = Buffer.alloc(5)
    entry.writeUInt8(id, 0)
    entry.writeUInt16BE(offset, 1)
    entry.writeUInt16BE(data.length, 3)
    offset += data.length
    return entry
  })
  return Buffer.concat([...table, uint8(option.end), ...options.map(([, data]) => data)])
}

function optionsOf(payload: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>()
  const reader = readerOf(payload)
  for (let id = reader.uint8(); id !== option.end; id = reader.uint8()) {
    const entry = reader.bytes(4)
    const offset = entry.readUInt16BE(0)
    options.set(id, payload.subarray(offset, offset + entry.readUInt16BE(2)))
  }
  return options
}
