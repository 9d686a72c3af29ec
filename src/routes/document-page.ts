// The page of one document, and the preview that it embeds.
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import createError from 'http-errors'
import type { Documents } from '../azure/documents.ts'
import { documentNameIn } from '../downloads/document-name.ts'
import { decodeText, previewOf } from '../downloads/preview.ts'
import type { Limits } from '../limits.ts'
import { clientOf } from '../middleware/rate-limit.ts'
import { allowFrames, sandbox } from '../middleware/security-headers.ts'
import { documentViewModel, toListed } from '../view-models/documents.ts'
import { respond, timed } from './respond.ts'

/**
 * Creates the routes of `?view` and `?preview`.
 *
 * @param url the URL of the list, such as `/documents`
 */
export function documentPageRoutes(url: string, documents: Documents, limits: Limits): Router {
  const router = Router()

  router.get('/*name', onlyWith('view'), allowFrames, async (req, res) => {
    const name = documentNameIn(req)
    const described = await timed(() => documents.describe(name, res.locals.signal))
    const { value: document, milliseconds } = described
    await respond(res, 'document', toListed(url, document), () => ({
      milliseconds,
      ...documentViewModel(url, document, previewOf(document, limits), originOf(req)),
    }))
  })

  router.get('/*name', onlyWith('preview'), sandbox, async (req, res) => {
    // A frame has no room for an error page.
    res.locals.plainErrors = true
    const name = documentNameIn(req)
    const { signal } = res.locals
    const known = await documents.describe(name, signal)
    const preview = previewOf(known, limits)
    if (preview.kind === 'none') throw createError(404, preview.reason)

    res.set({ 'Cache-Control': 'private, no-cache', ETag: `W/${known.etag}` })
    res.type(preview.kind === 'image' ? preview.type : 'text/plain; charset=utf-8')
    if (req.method === 'HEAD' || req.fresh) {
      res.status(req.fresh ? 304 : 200).end()
      return
    }
    // A preview takes a download slot of the client, as a download does.
    const options = { client: clientOf(req), signal, known, range: preview.range }
    await documents.read(name, options, async (_document, body) => {
      if (preview.kind === 'image') await sendImage(res, known.size, body)
      else res.send(decodeText(await buffer(body), preview.charset))
    })
  })

  return router
}

async function sendImage(res: Response, size: number, body: AsyncIterable<Buffer>): Promise<void> {
  res.locals.stopDeadline()
  res.set('Content-Length', String(size))
  await pipeline(body, res)
}

/** Passes a request on to the next route unless its query has a parameter. */
function onlyWith(parameter: string): RequestHandler {
  return (req, _res, next) => next(parameter in req.query ? undefined : 'route')
}

/** The address that the visitor used. Not `req.host`, which trusts X-Forwarded-Host: App Service passes it on from anybody. */
function originOf(req: Request): string {
  return `${req.protocol}://${req.get('host') ?? 'localhost'}`
}
