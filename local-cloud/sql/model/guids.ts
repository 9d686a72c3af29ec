// GUIDs as SQL Server keeps them.

/** Reads the 16 bytes of a GUID: the first three fields are little-endian, the rest is in order. */
export function guidFrom(bytes: Uint8Array): string {
  const hex = (from: number, to: number) =>
    Buffer.from(bytes.subarray(from, to)).toString('hex').toUpperCase()
  const reversed = (from: number, to: number) =>
    Buffer.from(bytes.slice(from, to).reverse()).toString('hex').toUpperCase()
  return `${reversed(0, 4)}-${reversed(4, 6)}-${reversed(6, 8)}-${hex(8, 10)}-${hex(10, 16)}`
}

/** Writes a GUID as 16 bytes: this is also the SID of the user who stands for that client id. */
export function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}
