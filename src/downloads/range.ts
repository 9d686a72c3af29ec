// The Range header (RFC 9110, section 14).
import type { ByteRange } from '../azure/documents.ts'

/**
 * Parses a Range header.
 *
 * @param size the size of the document in bytes
 * @returns the requested range; 'unsatisfiable' when it begins past the end; undefined when the whole document is to be sent,
 *   because the header is missing or invalid, or has another unit or several ranges
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  // Empty list elements are ignored (section 5.6.1).
  const [, first, last] = /^bytes=[ \t,]*(\d*)-(\d*)[ \t,]*$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined) return undefined

  if (first === '') return last === '' ? undefined : suffix(Number(last), size)
  const start = Number(first)
  const end = last === '' ? Infinity : Number(last)
  if (end < start) return undefined
  return start < size ? { start, end: Math.min(end, size - 1) } : 'unsatisfiable'
}

// A suffix longer than the document means the whole document (section 14.1.2). An empty document has no valid range.
function suffix(length: number, size: number): ByteRange | 'unsatisfiable' | undefined {
  if (length === 0) return 'unsatisfiable'
  if (size === 0) return undefined
  return { start: Math.max(0, size - length), end: size - 1 }
}
