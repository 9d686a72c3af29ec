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

class ReaderLeft extends Error {
  override name = 'ReaderLeft'
}

/** Whether an error is what a reader's leaving did to the work under way, so that nobody is there to be answered. */
export function isReaderLeft(error: unknown): boolean {
  return (
    error instanceof ReaderLeft ||
    (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')
  )
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
      // `errored` is set when it was the site that cut the connection, for that reason.
      if (!res.writableFinished) controller.abort(res.errored ?? new ReaderLeft())
    })
    res.locals.signal = controller.signal
    res.locals.stopDeadline = () => clearTimeout(timer)
    next()
  }
}
