// One deadline per request, handed down to everything that the request waits for.
import type { RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Locals {
      /** Aborts when the request has waited too long, or when its reader has left. */
      signal: AbortSignal
      /** Ends the deadline, once the first byte is on its way. The signal goes on to tell whether the reader is there. */
      stopDeadline(): void
    }
  }
}

/** Gives `res.locals` a signal that aborts with a TimeoutError after some milliseconds without an answer. */
export function deadline(milliseconds: number): RequestHandler {
  return (_req, res, next) => {
    const controller = new AbortController()
    const timer = setTimeout(
      () => controller.abort(new DOMException('No answer in time.', 'TimeoutError')),
      milliseconds,
    )
    res.once('close', () => {
      clearTimeout(timer)
      if (!res.writableFinished) controller.abort(new DOMException('The reader left.', 'AbortError'))
    })
    res.locals.signal = controller.signal
    res.locals.stopDeadline = () => clearTimeout(timer)
    next()
  }
}
