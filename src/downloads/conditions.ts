// Conditional requests (RFC 9110, section 13). Evaluated here, because Blob Storage combines conditions differently.
import type { IncomingHttpHeaders } from 'node:http'
import { parseHttpDate } from './http-date.ts'

/** The properties of a document that conditions refer to. */
export interface Validators {
  /** The entity tag with its quotes. */
  etag: string
  lastModified: Date
}

/** Whether a request has a condition or a range, so that the properties of the document are needed before it is read. */
export function isConditional(headers: IncomingHttpHeaders): boolean {
  return ['if-match', 'if-unmodified-since', 'if-none-match', 'if-modified-since', 'range'].some(
    (name) => headers[name] !== undefined,
  )
}

/**
 * Evaluates the conditions of a GET or HEAD request in the order of section 13.2.2.
 *
 * @returns the status of the response: 412, 304, or 200 when all conditions are met
 */
export function evaluateConditions(headers: IncomingHttpHeaders, document: Validators): 200 | 304 | 412 {
  const lastModified = toSeconds(document.lastModified)

  const ifMatch = headers['if-match']
  const unmodifiedSince = parseHttpDate(headers['if-unmodified-since'])
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, document.etag, strongMatch)) return 412
  } else if (unmodifiedSince && lastModified > toSeconds(unmodifiedSince)) {
    return 412
  }

  const ifNoneMatch = headers['if-none-match']
  const modifiedSince = parseHttpDate(headers['if-modified-since'])
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, document.etag, weakMatch)) return 304
  } else if (modifiedSince && lastModified <= toSeconds(modifiedSince)) {
    return 304
  }
  return 200
}

/** Whether the Range header applies: If-Range is missing, or matches the current version of the document (section 13.1.5). */
export function rangeApplies(headers: IncomingHttpHeaders, document: Validators): boolean {
  const ifRange = headers['if-range']
  if (ifRange === undefined) return true
  if (typeof ifRange === 'string' && ifRange.includes('"')) return strongMatch(ifRange.trim(), document.etag)
  const date = parseHttpDate(String(ifRange))
  return date !== undefined && toSeconds(date) === toSeconds(document.lastModified)
}

function matches(header: string, etag: string, compare: typeof strongMatch): boolean {
  if (header.trim() === '*') return true
  // A tag may hold a comma, so the list cannot be split at commas.
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? []
  return tags.some((tag) => compare(tag, etag))
}

// Section 8.8.3.2.
function strongMatch(a: string, b: string): boolean {
  return a === b && !a.startsWith('W/')
}

function weakMatch(a: string, b: string): boolean {
  return a.replace(/^W\//, '') === b.replace(/^W\//, '')
}

// HTTP dates have whole seconds only.
function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
