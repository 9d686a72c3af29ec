// Listening, or one sentence for the operator about why not.
import { once } from 'node:events'
import type { Server } from 'node:net'

/** The port cannot be used. The message is for the operator. */
export class PortError extends Error {
  override name = 'PortError'
}

/**
 * Listens on a port, or on any free one when it is 0.
 *
 * @throws {PortError} when another process has the port, or this one may not have it
 */
export async function listen(server: Server, port: number): Promise<void> {
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
