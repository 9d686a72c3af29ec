// A TDS message travels in packets of at most the agreed size, each with a header of eight bytes (MS-TDS 2.2.3.1).

export const messageType = {
  batch: 0x01,
  procedure: 0x03,
  response: 0x04,
  attention: 0x06,
  bulkLoad: 0x07,
  token: 0x08,
  transaction: 0x0e,
  login: 0x10,
  prelogin: 0x12,
} as const

const fromClients: number[] = Object.values(messageType)

const HEADER_SIZE = 8
/** What both sides use until they have agreed on another. */
export const FIRST_PACKET_SIZE = 4096
const LARGEST_PACKET = 32_767
/** In bytes. Rows of a bulk load may be more: they are read to their end, so that the client can be told. */
export const LARGEST_MESSAGE = 64 * 1024 * 1024

const END_OF_MESSAGE = 0x01
const IGNORE = 0x02
const RESET_CONNECTION = 0x08 | 0x10

export interface Message {
  type: number
  payload: Buffer
  /** The client asks for the connection to be reset before this message is handled. */
  resets: boolean
  /** The client cancelled the message half-way: it is acknowledged and otherwise ignored. */
  isIgnored: boolean
  /** It was larger than a message may be, and nothing of it is left. */
  isTooLong: boolean
}

/** Gives a function that takes bytes as they come, and returns the messages that are complete with them. */
export function createMessageReader(): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0)
  let parts: Buffer[] = []
  let size = 0
  let resets = false

  return function read(chunk) {
    rest = Buffer.concat([rest, chunk])
    const messages: Message[] = []
    for (let packet = firstPacket(rest); packet; packet = firstPacket(rest)) {
      rest = rest.subarray(packet.size)
      resets ||= (packet.status & RESET_CONNECTION) !== 0
      size += packet.data.length
      const isTooLong = size > LARGEST_MESSAGE
      if (isTooLong && packet.type !== messageType.bulkLoad) throw new RangeError('Message too long.')
      if (isTooLong) parts = []
      else parts.push(packet.data)
      if ((packet.status & END_OF_MESSAGE) === 0) continue
      const isIgnored = (packet.status & IGNORE) !== 0
      messages.push({ type: packet.type, payload: Buffer.concat(parts), resets, isIgnored, isTooLong })
      parts = []
      size = 0
      resets = false
    }
    return messages
  }
}

/**
 * Takes the first packet off some bytes, if all of it is there.
 *
 * @throws RangeError for bytes that cannot be a packet of a client
 */
export function firstPacket(
  bytes: Buffer,
): { type: number; status: number; data: Buffer; size: number } | undefined {
  const [type, status] = bytes
  if (type !== undefined && !fromClients.includes(type))
    throw new RangeError(`No client sends packets of type ${type}.`)
  if (type === undefined || status === undefined || bytes.length < HEADER_SIZE) return undefined
  const size = bytes.readUInt16BE(2)
  if (size < HEADER_SIZE || size > LARGEST_PACKET) throw new RangeError(`A packet cannot have ${size} bytes.`)
  if (bytes.length < size) return undefined
  return { type, status, data: bytes.subarray(HEADER_SIZE, size), size }
}

/** Puts a message into packets. */
export function packetsOf(type: number, payload: Buffer, packetSize: number): Buffer {
  const room = packetSize - HEADER_SIZE
  const count = Math.max(1, Math.ceil(payload.length / room))
  const packets = Array.from({ length: count }, (_, index) => {
    const data = payload.subarray(index * room, (index + 1) * room)
    const header = Buffer.alloc(HEADER_SIZE)
    header.writeUInt8(type, 0)
    header.writeUInt8(index === count - 1 ? END_OF_MESSAGE : 0, 1)
    header.writeUInt16BE(HEADER_SIZE + data.length, 2)
    header.writeUInt8((index + 1) % 256, 6)
    return Buffer.concat([header, data])
  })
  return Buffer.concat(packets)
}

/** The packet size that a client asked for, within what TDS allows. */
export function agreedPacketSize(wanted: number): number {
  return Math.min(Math.max(wanted, 512), LARGEST_PACKET)
}
