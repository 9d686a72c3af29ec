// List and download the files in one blob container.
import type { OutgoingHttpHeaders } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { create as contentDisposition } from 'content-disposition'
import { type Request, Router } from 'express'
import createError from 'http-errors'
import * as z from 'zod'
import type { Azure } from '../azure/connect.ts'
import type { ByteRange, Document } from '../azure/documents.ts'
import { answer } from '../http/answer.ts'
import { documentNameIn, documentUrl } from '../http/document-name.ts'
import { readOnly } from '../http/methods.ts'
import { evaluateConditions, isConditional, rangeStillApplies } from '../http/preconditions.ts'
import { parseQuery, wholeNumber } from '../http/query.ts'
import { rangeOf } from '../http/range.ts'

const listQuery = z.object({
  prefix: z.string().max(1024).default('').describe('the beginning of a name, up to 1,024 characters'),
  limit: wholeNumber(1, 1000).default(100).describe('a whole number from 1 to 1000'),
  cursor: z.string().min(1).max(4096).optional().describe('the next value of an earlier answer'),
})

export function documentRoutes({ documents }: Pick<Azure, 'documents'>): Router {
  const router = Router()

  router
    .route('/')
    .get(async (req, res) => {
      const query = parseQuery(listQuery, req.query)
      const page = await documents.list(query, res.locals.signal)
      const listed = { documents: page.documents.map(toListed), next: page.next }
      answer(res, 'documents', listed, { query, nextUrl: nextUrl(query, page.next) })
    })
    .all(readOnly)

  router
    .route('/*name')
    .get(async (req, res) => {
      const name = documentNameIn(req)
      const { signal } = res.locals
      // One request to Azure for a plain download; two where the headers depend on what the document is.
      const isHead = req.method === 'HEAD'
      const known = isHead || isConditional(req.headers) ? await documents.describe(name, signal) : undefined
      const { status, range } = known ? decide(req, known) : { status: 200 }
      if (known && (isHead || status === 304)) return void res.writeHead(status, headersFor(known)).end()

      await documents.read(name, { signal, known, range }, async (document, body) => {
        res.locals.stopDeadline()
        // writeHead, because res.set would rewrite the stored Content-Type.
        res.writeHead(status, headersFor(document, range))
        // Stream, never buffer: a document may be larger than the app's memory.
        await pipeline(body, res)
      })
    })
    .all(readOnly)

  return router
}

function decide(req: Request, document: Document): { status: number; range?: ByteRange | undefined } {
  const status = evaluateConditions(req.headers, document)
  if (status === 412) throw createError(412, 'The document is not in the state that the request asks for.')
  if (status === 304) return { status }

  // Range has a meaning for GET alone (RFC 9110, section 14.2).
  const applies = req.method === 'GET' && rangeStillApplies(req.headers, document)
  const range = applies ? rangeOf(req.headers.range, document.size) : undefined
  if (range === 'unsatisfiable') {
    const headers = { 'Content-Range': `bytes */${document.size}` }
    throw createError(416, `The range begins after the end of the document (${document.size} bytes).`, {
      headers,
    })
  }
  return range ? { status: 206, range } : { status: 200 }
}

function headersFor(document: Document, range?: ByteRange): OutgoingHttpHeaders {
  return {
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    'Content-Disposition': contentDisposition(fileName(document.name)),
    'Content-Length': range ? range.end - range.start + 1 : document.size,
    'Content-Type': document.contentType,
    ETag: document.etag,
    'Last-Modified': document.lastModified.toUTCString(),
    Vary: 'Accept',
    ...(document.contentEncoding && { 'Content-Encoding': document.contentEncoding }),
    ...(document.contentLanguage && { 'Content-Language': document.contentLanguage }),
    ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${document.size}` }),
  }
}

function fileName(name: string): string {
  return name.split('/').filter(Boolean).at(-1) ?? 'document'
}

function toListed({ name, size, contentType, lastModified, etag }: Document) {
  return { name, size, contentType, lastModified: lastModified.toISOString(), etag, url: documentUrl(name) }
}

function nextUrl({ prefix, limit }: z.infer<typeof listQuery>, cursor: string | null): string | undefined {
  return cursor ? `/documents?${new URLSearchParams({ prefix, limit: String(limit), cursor })}` : undefined
}
