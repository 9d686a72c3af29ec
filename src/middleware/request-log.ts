// One log line per request, with an id that the response has too.
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import { type Log, shortened } from '../log.ts'
import { recording } from '../trace/steps.ts'

declare global {
  namespace Express {
    interface Locals {
      requestId: string
      /** Writes lines with the request id. */
      log: Log
    }
  }
}

/** Gives each request an id and a logger, and writes a line when the response is complete or the client has disconnected. */
export function requestLog(log: Log): RequestHandler {
  return (req, res, next) => {
    const started = performance.now()
    // Always a new id, never one from the request: visitors must not be able to forge log entries.
    const requestId = randomUUID()
    res.setHeader('x-request-id', requestId)
    res.locals.requestId = requestId
    res.locals.log = log.child({ requestId })
    const { method, originalUrl } = req
    const url = shortened(originalUrl, 1024)

    res.once('close', () => {
      const milliseconds = Math.round(performance.now() - started)
      const outcome = res.writableFinished ? 'answered' : 'cut short'
      const line = { method, url, status: res.statusCode, milliseconds }
      // The end of a connection is not a part of the request by itself.
      recording.run(res.locals.recording, () => res.locals.log.info(line, outcome))
    })
    next()
  }
}
