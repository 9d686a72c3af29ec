// Reading and writing the little-endian fields of TDS. Reading past the end throws a RangeError.

export type Reader = ReturnType<typeof readerOf>

export function readerOf(buffer: Buffer) {
  let at = 0
  const step = (size: number) => {
    const start = at
    if (size < 0 || start + size > buffer.length)
      throw new RangeError('The message ends in the middle of a field.')
    at += size
    return start
  }
  return {
    uint8: () => buffer.readUInt8(step(1)),
    uint16: () => buffer.readUInt16LE(step(2)),
    uint32: () => buffer.readUInt32LE(step(4)),
    uint64: () => buffer.readBigUInt64LE(step(8)),
    bytes: (size: number) => buffer.subarray(step(size), at),
    /** Text of so many characters, two bytes each. */
    text: (characters: number) => buffer.toString('utf16le', step(2 * characters), at),
    isAtEnd: () => at >= buffer.length,
  }
}

export function uint8(...values: number[]): Buffer {
  return Buffer.from(values)
}

export function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}

export function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

/** A whole number of so many bytes. */
export function wide(value: bigint, size: number): Buffer {
  const buffer = Buffer.alloc(size)
  let rest = BigInt.asUintN(8 * size, value)
  for (let index = 0; index < size; index += 1) {
    buffer[index] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return buffer
}

/** Reads a whole number of any size, without a sign. */
export function wideFrom(bytes: Buffer): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le')
}

/** Text behind one byte that counts its characters (B_VARCHAR). */
export function shortText(text: string): Buffer {
  const cut = text.slice(0, 255)
  return Buffer.concat([uint8(cut.length), utf16(cut)])
}

/** Text behind two bytes that count its characters (US_VARCHAR). */
export function longText(text: string): Buffer {
  return Buffer.concat([uint16(text.length), utf16(text)])
}
