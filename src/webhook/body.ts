// Reads the body of a delivery as the bytes that were sent, because the signature is over these: nothing is decompressed.
//
// Parsers such as raw-body keep a list of chunks. When a client sends each byte as a chunk of its own, that list takes 60 times
// as much memory as the body. Here a body never takes more than its length.
import type { Request, RequestHandler, Response } from 'express'
import createError from 'http-errors'
import type { Limits } from '../limits.ts'
import { clientOf } from '../middleware/rate-limit.ts'

/** A body that takes memory, from its first byte until the response has been sent. */
interface Reception {
  client: string
  controller: AbortController
}

/** Responds with 413 to a request whose Content-Length is too large. Node.js discards the body that the client still sends. */
export function limitLength({ deliveryBytes }: Pick<Limits, 'deliveryBytes'>): RequestHandler {
  return (req, _res, next) => {
    const tooLong = Number(req.get('Content-Length') ?? 0) > deliveryBytes
    next(tooLong ? bodyTooLarge(deliveryBytes) : undefined)
  }
}

/**
 * Creates a function that reads the body of a request into memory.
 *
 * @returns a function that returns the body, and a signal that aborts when its memory is needed for others. It rejects with 413
 *   as soon as a chunked body is too large.
 */
export function createBodyReader({ deliveryBytes, deliveryBodies }: Limits) {
  const receptions = new Set<Reception>()

  return async (req: Request, res: Response): Promise<{ body: Buffer; signal: AbortSignal }> => {
    res.locals.signal.throwIfAborted()
    if (receptions.size >= deliveryBodies) stopOne(receptions)
    const reception = { client: clientOf(req), controller: new AbortController() }
    receptions.add(reception)
    res.once('close', () => receptions.delete(reception))

    // http-server.ts leaves this to the route.
    if (req.get('Expect') && req.httpVersion === '1.1') res.writeContinue()
    const signal = AbortSignal.any([res.locals.signal, reception.controller.signal])
    const buffer = Buffer.allocUnsafe(Number(req.get('Content-Length') ?? deliveryBytes))
    return { body: await receive(req, buffer, signal), signal }
  }
}

/** Fills a buffer with the body. Rejects when it is full, and when a signal aborts. */
function receive(req: Request, buffer: Buffer, signal: AbortSignal): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  let length = 0
  const onData = (chunk: Buffer) => {
    if (length + chunk.length > buffer.length) fail(bodyTooLarge(buffer.length))
    else length += chunk.copy(buffer, length)
  }
  const onAbort = () => fail(signal.reason)

  function fail(error: unknown) {
    req.off('data', onData)
    // Discard the rest: the client may read the response only when it has sent everything. The server's timeout for whole
    // requests ends it.
    req.resume()
    reject(error)
  }

  req.on('data', onData).once('end', () => resolve(buffer.subarray(0, length)))
  signal.addEventListener('abort', onAbort, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', onAbort))
}

/** Makes room by ending the oldest reception of the client that has most: slow bodies must not shut out those of others. */
function stopOne(receptions: Set<Reception>): void {
  const byClient = [...Map.groupBy(receptions, ({ client }) => client).values()]
  const [oldest] = byClient.reduce((most, each) => (each.length > most.length ? each : most))
  if (!oldest) return
  receptions.delete(oldest)
  oldest.controller.abort(
    createError(408, 'The body took too long while others arrived. Please send it again.'),
  )
}

function bodyTooLarge(bytes: number) {
  return createError(413, `The body may have up to ${bytes.toLocaleString('en')} bytes.`)
}
