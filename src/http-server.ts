// The HTTP server under the site: a bound for everything that a client can take its time about, and a graceful end.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Express } from 'express'
import type { Limits } from './limits.ts'

/** Creates the server. It listens nowhere yet. Node's strict parser sees to smuggled requests and oversized headers. */
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
  return server.setTimeout(limits.silentReaderMs)
}

/** The port cannot be used. The message is for the operator. */
export class PortError extends Error {
  override name = 'PortError'
}

/**
 * Listens on a port, or on any free one when it is 0.
 *
 * @throws {PortError} when another process has the port, or this one may not have it
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
  EADDRINUSE: 'is taken by another process',
  EACCES: 'is not open to this user',
}

/**
 * Accepts no more connections and waits until those that are open have been served, for a while.
 *
 * The server's own close would cut idle connections at once, and with them requests that are on their way. Here what still
 * comes is answered with `Connection: close`, and only connections that stay idle are cut.
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
  // A connection that is busy now is idle when its answer has gone out.
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  const late = globalThis.setTimeout(() => server.closeAllConnections(), limits.drainMs - limits.drainIdleMs)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}
