// The status and the headers of a download (RFC 9110 for ranges and conditions, RFC 6266 for the file name).
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { posix } from 'node:path'
import { create as contentDisposition } from 'content-disposition'
import createError from 'http-errors'
import type { ByteRange, Document } from '../azure/documents.ts'
import { evaluateConditions, rangeApplies } from './conditions.ts'
import { rangeOf } from './range.ts'

export interface Decision {
  status: number
  range?: ByteRange | undefined
}

/**
 * Decides the response to a request that has a condition or a range.
 *
 * @throws {HttpError} 412 or 416
 */
export function decideDownload(method: string, headers: IncomingHttpHeaders, document: Document): Decision {
  const status = evaluateConditions(headers, document)
  if (status === 412) throw createError(412, 'The document does not meet the condition of the request.')
  if (status === 304) return { status }

  // Range is defined for GET only (RFC 9110, section 14.2).
  const applies = method === 'GET' && rangeApplies(headers, document)
  const range = applies ? rangeOf(headers.range, document.size) : undefined
  if (range === 'unsatisfiable') {
    throw createError(416, `The range begins after the end of the document (${document.size} bytes).`, {
      headers: { 'Content-Range': `bytes */${document.size}` },
    })
  }
  return range ? { status: 206, range } : { status: 200 }
}

/** The headers of a download. A 304 has only those that caches need (RFC 9110, section 15.4.5). */
export function downloadHeaders(document: Document, { status, range }: Decision): OutgoingHttpHeaders {
  const cacheHeaders = {
    'Cache-Control': 'private, no-cache',
    ETag: document.etag,
    'Last-Modified': document.lastModified.toUTCString(),
    Vary: 'Accept',
  }
  if (status === 304) return cacheHeaders
  return {
    ...cacheHeaders,
    'Accept-Ranges': 'bytes',
    'Content-Disposition': contentDisposition(fileName(document.name)),
    'Content-Length': range ? range.end - range.start + 1 : document.size,
    'Content-Type': document.contentType,
    ...(document.contentEncoding && { 'Content-Encoding': document.contentEncoding }),
    ...(document.contentLanguage && { 'Content-Language': document.contentLanguage }),
    ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${document.size}` }),
  }
}

function fileName(name: string): string {
  return posix.basename(name) || 'document'
}
