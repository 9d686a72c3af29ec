// Lists and downloads the documents of one blob container.
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Router } from 'express'
import * as z from 'zod'
import { createDocuments, type Documents } from '../azure/documents.ts'
import { isConditional } from '../downloads/conditions.ts'
import { documentNameIn } from '../downloads/document-name.ts'
import { decideDownload, downloadHeaders } from '../downloads/headers.ts'
import type { Limits } from '../limits.ts'
import { clientOf } from '../middleware/rate-limit.ts'
import { DEFAULT_LIMIT, documentsViewModel, toListed } from '../view-models/documents.ts'
import { documentPageRoutes } from './document-page.ts'
import type { Page, PageContext } from './page.ts'
import { parseQuery, wholeNumber, xmlText } from './query.ts'
import { prefersJson, respond, timed } from './respond.ts'

// Blob Storage repeats prefix and cursor in its XML response, which cannot contain control characters.
const listQuery = z.object({
  prefix: xmlText(1024).default('').describe('the beginning of a name, up to 1,024 printable characters'),
  limit: wholeNumber(1, 1000).default(DEFAULT_LIMIT).describe('a whole number from 1 to 1000'),
  cursor: xmlText(4096).min(1).optional().describe('the next value of an earlier response'),
})

export const url = '/documents'

export function documentsPage({ container, limits }: PageContext): Page {
  const documents = createDocuments(container, limits)
  return {
    url,
    title: 'Documents',
    description: 'Files in Blob Storage, streamed to you.',
    access: {
      service: 'Blob Storage',
      role: 'Storage Blob Data Reader',
      scope: 'one container',
      resource: `the container ${container.name}`,
    },
    sources: ['src/routes/documents.ts#documentRoutes', 'src/azure/documents.ts#createDocuments'],
    router: documentRoutes(documents, limits),
    readiness: {
      name: 'blobStorage',
      check: (signal) => documents.list({ prefix: '', limit: 1 }, signal),
    },
  }
}

function documentRoutes(documents: Documents, limits: Limits): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const query = parseQuery(listQuery, req.query)
    // A page shows one folder. JSON has the names of all documents below it.
    const byFolder = !prefersJson(req)
    const { value: page, milliseconds } = await timed(() =>
      documents.list({ ...query, byFolder }, res.locals.signal),
    )
    const listed = { documents: page.documents.map((each) => toListed(url, each)), next: page.next }
    await respond(res, 'documents', listed, () => ({
      milliseconds,
      ...documentsViewModel(url, query, page),
    }))
  })

  router.use(documentPageRoutes(url, documents, limits))

  router.get('/*name', async (req, res) => {
    const name = documentNameIn(req)
    const { signal } = res.locals
    // A plain download takes one request to Azure. With a condition or a range, the properties are read first.
    const isHead = req.method === 'HEAD'
    const known = isHead || isConditional(req.headers) ? await documents.describe(name, signal) : undefined
    const decision = known ? decideDownload(req.method, req.headers, known) : { status: 200 }
    const { status, range } = decision
    if (known && (isHead || status === 304)) {
      res.writeHead(status, downloadHeaders(known, decision)).end()
      return
    }

    await documents.read(name, { client: clientOf(req), signal, known, range }, async (document, body) => {
      // A larger document is streamed, because it may be larger than the memory.
      const isSmall = document.size <= limits.smallDocumentBytes
      const whole = isSmall && (await buffer(body))
      res.locals.stopDeadline()
      // writeHead, because res.set would change the stored Content-Type.
      res.writeHead(status, downloadHeaders(document, decision))
      if (whole) res.end(whole)
      else await pipeline(body, res)
    })
  })

  return router
}
