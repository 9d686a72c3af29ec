// One log line per request, under an id that the answer carries too.
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import { type Log, shortened } from '../log.ts'

declare global {
  namespace Express {
    interface Locals {
      requestId: string
      /** Writes lines that carry the request id. */
      log: Log
    }
  }
}

/** Gives each request an id and a log, and writes a line when its answer has gone out or its reader has left. */
export function requestLog(log: Log): RequestHandler {
  return (req, res, next) => {
    const started = performance.now()
    // Our own id, never one from the request: a visitor must not choose what the log says.
    const requestId = randomUUID()
    res.setHeader('x-request-id', requestId)
    res.locals.requestId = requestId
    res.locals.log = log.child({ requestId })
    const { method, originalUrl } = req
    const url = shortened(originalUrl, 1024)

    res.once('close', () => {
      const milliseconds = Math.round(performance.now() - started)
      const outcome = res.writableFinished ? 'answered' : 'cut short'
      res.locals.log.info({ method, url, status: res.statusCode, milliseconds }, outcome)
    })
    next()
  }
}
