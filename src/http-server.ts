// The HTTP server: timeouts for slow clients, listening, and graceful shutdown.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Express } from 'express'
import type { Limits } from './limits.ts'

/** Creates the server. It does not listen yet. Node's HTTP parser already rejects smuggled requests and oversized headers. */
export function createHttpServer(app: Express, limits: Limits): Server {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.receiveMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.ceil(limits.headersMs / 3),
    },
    app,
  )
  // The route asks for the body. By default, Node.js would ask for every one, even those that are refused.
  server.on('checkContinue', (req, res) => server.emit('request', req, res))
  return server.setTimeout(limits.silentReaderMs)
}

/** The port cannot be used. The message is for the operator. */
export class PortError extends Error {
  override name = 'PortError'
}

/**
 * Listens on a port, or on any free one when it is 0.
 *
 * @throws {PortError} when another process uses the port, or this user may not use it
 */
export async function listen(server: NetServer, port: number): Promise<void> {
  server.listen(port)
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
    throw reason ? new PortError(`Port ${port} ${reason}. Set PORT to another one.`, { cause: error }) : error
  }
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'is in use by another process',
  EACCES: 'may not be used by this user',
}

/**
 * Accepts no more connections, and waits for the running responses, up to `drainMs`.
 *
 * `server.close()` closes idle connections at once, although a request may be on its way on one of them. Here such a request
 * still gets a response, with `Connection: close`, and only connections that stay idle are closed.
 */
export async function closeGracefully(
  server: Server,
  limits: Pick<Limits, 'drainMs' | 'drainIdleMs'>,
): Promise<void> {
  const closed = once(server, 'close')
  server.prependListener('request', (_req, res) => {
    res.shouldKeepAlive = false
  })
  NetServer.prototype.close.call(server)

  await Promise.race([closed, setTimeout(limits.drainIdleMs, undefined, { ref: false })])
  // A busy connection becomes idle when its response has been sent.
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  const late = globalThis.setTimeout(() => server.closeAllConnections(), limits.drainMs - limits.drainIdleMs)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}
