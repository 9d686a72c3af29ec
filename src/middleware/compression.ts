// Compression for pages, style sheet and JSON.
import { brotliCompressSync, deflateSync, gzipSync, constants as zlib } from 'node:zlib'
import type { RequestHandler, Response } from 'express'

/** The sizes of smaller bodies hardly change: they fit into one packet anyway. */
const SMALLEST_BODY = 1024

/** For a body that is sent once. The default levels take almost twice (gzip) and fifty times (Brotli) as long for a page. */
const quick = {
  gzip: (body: Buffer) => gzipSync(body, { level: 4 }),
  br: (body: Buffer) => brotliCompressSync(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } }),
  deflate: (body: Buffer) => deflateSync(body, { level: 4 }),
}
type Encoding = keyof typeof quick

/** For a body that is compressed once and sent many times. */
const thorough = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }

/** Bodies that do not change, with what they have been compressed to so far. */
const constants = new WeakMap<Buffer, Map<Encoding, Buffer>>()

/**
 * Compresses bodies that are sent as a whole, at once and with the Content-Length that results. A stream to compress them, as the
 * package `compression` has it, takes three times the CPU time for a page. What is streamed is never compressed: the lengths and ranges of
 * downloads refer to the stored bytes, and a document may be stored with a content encoding already.
 */
export const compress: RequestHandler = (req, res, next) => {
  const end = res.end.bind(res) as (...args: unknown[]) => Response
  res.end = (body?: unknown, ...rest: unknown[]) => {
    if (res.headersSent || !isCompressible(res)) return end(body, ...rest)
    res.vary('Accept-Encoding')
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (!Buffer.isBuffer(bytes) || bytes.length < SMALLEST_BODY) return end(body, ...rest)
    // gzip is the fastest here. What is compressed once only may take longer.
    const preferred: Encoding[] = constants.has(bytes) ? ['br', 'gzip', 'deflate'] : ['gzip', 'br', 'deflate']
    const encoding = preferred.find((each) => req.acceptsEncodings(each))
    if (!encoding) return end(body, ...rest)
    const compressed = compressedWith(encoding, bytes)
    res.setHeader('Content-Encoding', encoding)
    res.setHeader('Content-Length', compressed.length)
    return end(compressed)
  }
  next()
}

/** Says that a body is sent many times and never changed, so that it is compressed once. */
export function constantBody(body: Buffer): Buffer {
  constants.set(body, new Map())
  return body
}

function isCompressible(res: Response): boolean {
  return (
    /^text\/|[/+](?:json|xml)\b/.test(String(res.getHeader('Content-Type') ?? '')) &&
    !res.hasHeader('Content-Disposition') &&
    !res.hasHeader('Content-Encoding') &&
    !/\bno-transform\b/.test(String(res.getHeader('Cache-Control') ?? ''))
  )
}

function compressedWith(encoding: Encoding, body: Buffer): Buffer {
  const kept = constants.get(body)
  if (!kept) return quick[encoding](body)
  const compressed = kept.get(encoding) ?? thorough[encoding](body)
  kept.set(encoding, compressed)
  return compressed
}
