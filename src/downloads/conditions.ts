// Conditional requests (RFC 9110, section 13). Decided here because Blob Storage combines conditions otherwise.
import type { IncomingHttpHeaders } from 'node:http'
import { parseHttpDate } from './http-date.ts'

/** What a condition is compared with. */
export interface Validators {
  /** The entity tag with its quotes. */
  etag: string
  lastModified: Date
}

/** Whether a request carries a condition or a range, so that the document has to be known before it is read. */
export function isConditional(headers: IncomingHttpHeaders): boolean {
  return ['if-match', 'if-unmodified-since', 'if-none-match', 'if-modified-since', 'range'].some(
    (name) => headers[name] !== undefined,
  )
}

/**
 * Evaluates the conditions of a GET or HEAD request in the order of section 13.2.2.
 *
 * @returns 412 or 304 when that is the answer; 200 when the request goes on
 */
export function evaluateConditions(headers: IncomingHttpHeaders, document: Validators): 200 | 304 | 412 {
  const lastModified = inSeconds(document.lastModified)

  const ifMatch = headers['if-match']
  const unmodifiedSince = parseHttpDate(headers['if-unmodified-since'])
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, document.etag, strongly)) return 412
  } else if (unmodifiedSince && lastModified > inSeconds(unmodifiedSince)) {
    return 412
  }

  const ifNoneMatch = headers['if-none-match']
  const modifiedSince = parseHttpDate(headers['if-modified-since'])
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, document.etag, weakly)) return 304
  } else if (modifiedSince && lastModified <= inSeconds(modifiedSince)) {
    return 304
  }
  return 200
}

/** Whether a Range header is to be followed: If-Range is missing, or names the document as it is now (section 13.1.5). */
export function rangeStillApplies(headers: IncomingHttpHeaders, document: Validators): boolean {
  const ifRange = headers['if-range']
  if (ifRange === undefined) return true
  if (typeof ifRange === 'string' && ifRange.includes('"')) return strongly(ifRange.trim(), document.etag)
  const date = parseHttpDate(String(ifRange))
  return date !== undefined && inSeconds(date) === inSeconds(document.lastModified)
}

function matches(header: string, etag: string, compare: typeof strongly): boolean {
  if (header.trim() === '*') return true
  // A tag may hold a comma, so the list cannot be split at commas.
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? []
  return tags.some((tag) => compare(tag, etag))
}

// Section 8.8.3.2.
function strongly(a: string, b: string): boolean {
  return a === b && !a.startsWith('W/')
}

function weakly(a: string, b: string): boolean {
  return a.replace(/^W\//, '') === b.replace(/^W\//, '')
}

// HTTP dates have no fractions of a second.
function inSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
