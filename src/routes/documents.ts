// List and download the files in one blob container.
import { pipeline } from 'node:stream/promises'
import { Router } from 'express'
import * as z from 'zod'
import type { Azure } from '../azure/connect.ts'
import type { Document } from '../azure/documents.ts'
import { answer } from '../http/answer.ts'
import { documentNameIn, documentUrl } from '../http/document-name.ts'
import { decideDownload, downloadHeaders } from '../http/download.ts'
import { readOnly } from '../http/methods.ts'
import { isConditional } from '../http/preconditions.ts'
import { parseQuery, wholeNumber, xmlText } from '../http/query.ts'
import { clientOf } from '../http/rate-limit.ts'
import { timed } from '../http/timed.ts'
import { DEFAULT_LIMIT, documentsPage } from '../pages/documents.ts'

// Blob Storage repeats prefix and cursor in its XML, which cannot hold control characters.
const listQuery = z.object({
  prefix: xmlText(1024).default('').describe('the beginning of a name, up to 1,024 printable characters'),
  limit: wholeNumber(1, 1000).default(DEFAULT_LIMIT).describe('a whole number from 1 to 1000'),
  cursor: xmlText(4096).min(1).optional().describe('the next value of an earlier answer'),
})

export function documentRoutes({ documents }: Pick<Azure, 'documents'>): Router {
  const router = Router()

  router
    .route('/')
    .get(async (req, res) => {
      const query = parseQuery(listQuery, req.query)
      const { value: page, milliseconds } = await timed(() => documents.list(query, res.locals.signal))
      const listed = { documents: page.documents.map(toListed), next: page.next }
      await answer(res, 'documents', listed, () => ({ milliseconds, ...documentsPage(query, listed) }))
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
      const decision = known ? decideDownload(req.method, req.headers, known) : { status: 200 }
      const { status, range } = decision
      if (known && (isHead || status === 304)) {
        res.writeHead(status, downloadHeaders(known, decision)).end()
        return
      }

      await documents.read(name, { client: clientOf(req), signal, known, range }, async (document, body) => {
        res.locals.stopDeadline()
        // writeHead, because res.set would rewrite the stored Content-Type.
        res.writeHead(status, downloadHeaders(document, decision))
        // Stream, never buffer: a document may be larger than the app's memory.
        await pipeline(body, res)
      })
    })
    .all(readOnly)

  return router
}

function toListed({ name, size, contentType, lastModified, etag }: Document) {
  return { name, size, contentType, lastModified: lastModified.toISOString(), etag, url: documentUrl(name) }
}
