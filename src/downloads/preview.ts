// What a browser can display of a document without running anything in it.
import type { ByteRange, Document } from '../azure/documents.ts'
import type { Limits } from '../limits.ts'

export type Preview = ReturnType<typeof previewOf>

// Without SVG, which can hold scripts: it is displayed as text.
const images = ['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']

const texts = [
  /^text\/./,
  /^(?:application|image)\/(?:[\w.-]{1,99}\+)?(?:json|xml|yaml)$/,
  /^application\/(?:x-)?(?:javascript|sh|sql|toml|x?html)$/,
]

/** Decides how a document is displayed, and which bytes of it are read for that. */
export function previewOf(
  { contentType, contentEncoding, size }: Document,
  { previewTextBytes, previewImageBytes }: Pick<Limits, 'previewTextBytes' | 'previewImageBytes'>,
) {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (size === 0) return none('The document is empty.')
  // Its first bytes alone could not be decompressed.
  if (contentEncoding) return none('The document is stored compressed.')
  if (images.includes(type)) {
    if (size > previewImageBytes) return none('The picture is too large for a preview.')
    return { kind: 'image', type, range: firstBytes(size, size) } as const
  }
  if (!texts.some((text) => text.test(type))) return none('There is no preview for documents of this type.')
  return { kind: 'text', charset: charsetOf(contentType), range: firstBytes(size, previewTextBytes) } as const
}

/** Decodes the beginning of a text. A character that is cut off at the end is left out. */
export function decodeText(bytes: Buffer, charset: string): string {
  return decoderFor(charset).decode(bytes, { stream: true })
}

function none(reason: string) {
  return { kind: 'none', reason } as const
}

function firstBytes(size: number, limit: number): ByteRange {
  return { start: 0, end: Math.min(size, limit) - 1 }
}

function charsetOf(contentType: string): string {
  return /;[ \t]*charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1] ?? 'utf-8'
}

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
