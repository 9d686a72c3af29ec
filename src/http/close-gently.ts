// The end of a server that loses no request it has been sent.
import { once } from 'node:events'
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Limits } from '../limits.ts'

/**
 * Accepts no more connections and waits until those that are open have been served, for a while.
 *
 * The server's own close would cut idle connections at once, and with them requests that are on their way. Here what still
 * comes is answered with `Connection: close`, and only connections that stay idle are cut.
 */
export async function closeGently(
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
