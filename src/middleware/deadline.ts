// One deadline per request, passed as a signal to everything that the request waits for.
import type { RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Locals {
      /** Aborts when the deadline has passed, or when the client disconnects. */
      signal: AbortSignal
      /** Stops the deadline when the response starts. The signal still aborts when the client disconnects. */
      stopDeadline(): void
      /** Starts it again, for a request that first had to be received. */
      startDeadline(): void
    }
  }
}

class ClientDisconnectedError extends Error {
  override name = 'ClientDisconnectedError'
}

/** Whether an error only means that the client has disconnected, so that nobody waits for a response. */
export function isClientDisconnect(error: unknown): boolean {
  return (
    error instanceof ClientDisconnectedError ||
    (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') ||
    (error instanceof Error && isClientDisconnect(error.cause))
  )
}

/** Sets `res.locals.signal`, which aborts with a TimeoutError if the response has not started in time. */
export function deadline(milliseconds: number): RequestHandler {
  return (_req, res, next) => {
    const controller = new AbortController()
    let timer: NodeJS.Timeout | undefined
    res.locals.stopDeadline = () => clearTimeout(timer)
    res.locals.startDeadline = () => {
      clearTimeout(timer)
      timer = setTimeout(
        () => controller.abort(new DOMException('No answer in time.', 'TimeoutError')),
        milliseconds,
      )
    }
    res.once('close', () => {
      clearTimeout(timer)
      // `errored` is set if the site itself closed the connection because of an error.
      if (!res.writableFinished) controller.abort(res.errored ?? new ClientDisconnectedError())
    })
    res.locals.signal = controller.signal
    res.locals.startDeadline()
    next()
  }
}
