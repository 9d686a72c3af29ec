// The HTTP server under the site, with a bound for everything that a client can take its time about.
import { createServer, type Server } from 'node:http'
import type { Express } from 'express'
import type { Limits } from '../limits.ts'

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
