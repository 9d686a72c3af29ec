// The few ASN.1 types that an X.509 certificate is made of, in DER.

const element = (tag: number, content: Buffer) =>
  Buffer.concat([Buffer.from([tag]), length(content), content])

function length({ byteLength }: Buffer): Buffer {
  if (byteLength < 0x80) return Buffer.from([byteLength])
  if (byteLength < 0x100) return Buffer.from([0x81, byteLength])
  return Buffer.from([0x82, byteLength >> 8, byteLength & 0xff])
}

export const sequence = (...items: Buffer[]) => element(0x30, Buffer.concat(items))
export const set = (...items: Buffer[]) => element(0x31, Buffer.concat(items))
export const boolean = (value: boolean) => element(0x01, Buffer.from([value ? 0xff : 0]))
export const integer = (bytes: Buffer) => element(0x02, bytes)
export const bitString = (bytes: Buffer, unusedBits = 0) =>
  element(0x03, Buffer.concat([Buffer.from([unusedBits]), bytes]))
export const octetString = (bytes: Buffer) => element(0x04, bytes)
export const utf8String = (text: string) => element(0x0c, Buffer.from(text))

/** Seconds are the finest grain that certificates have: `2026-11-05T09:30:00Z` becomes `261105093000Z`. */
export const utcTime = (date: Date) =>
  element(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`))

/** A field told apart by its number: constructed (around other elements) or primitive (around plain bytes). */
export const constructedField = (number: number, content: Buffer) => element(0xa0 + number, content)
export const primitiveField = (number: number, content: Buffer) => element(0x80 + number, content)

/** The first two numbers share a byte; the others are written seven bits at a time. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(sevenBitsAtATime)]))
}

function sevenBitsAtATime(number: number): number[] {
  const bytes = [number & 0x7f]
  for (let rest = number >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}
