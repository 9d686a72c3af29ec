// The last two handlers of the app: 404 for every other address, and the error handler.
import type { ErrorRequestHandler, RequestHandler } from 'express'
import createError from 'http-errors'
import { isClientDisconnect } from '../middleware/deadline.ts'
import { attemptStates, nextAttempt } from '../middleware/refresh.ts'
import { adviceFor } from './advice.ts'
import { problemFor } from './problem.ts'

declare global {
  namespace Express {
    interface Locals {
      /** Set for addresses that programs call: errors are problem details unless the client asks for a page. */
      prefersProblemDetails?: boolean
      /** Set by routes where an error page would be out of place: an error is a plain sentence. */
      plainErrors?: boolean
    }
  }
}

export const notFound: RequestHandler = (_req, _res, next) => {
  next(createError(404, 'There is no such page.'))
}

/** Responds with an error page, or with problem details (RFC 9457) if the client prefers JSON. Logs the error itself. */
export const errorHandler: ErrorRequestHandler = (error, _req, res, _next) => {
  if (isClientDisconnect(error)) return

  const { log, requestId, attempt, url } = res.locals
  const { status, title, detail, headers, kind } = problemFor(error)
  if (status >= 500) log.error({ err: error, status }, detail)

  // The response has started, so the status cannot change. Closing the connection tells the client that it is incomplete.
  if (res.headersSent) {
    res.destroy()
    return
  }
  const problem = { type: 'about:blank', title, status, detail, requestId }
  const json = () => res.type('application/problem+json').send(JSON.stringify(problem))
  const page = () => {
    const next = kind && nextAttempt(attempt, url, Number(headers['Retry-After']))
    if (next) res.set('Refresh', next.header)
    // `views/waking.ejs` and `views/granting.ejs` reload themselves, because these errors are temporary.
    const retry = { attempt, attempts: attemptStates(attempt), next }
    res.render(kind ?? 'error', { ...problem, ...adviceFor(status), ...retry, url })
  }
  res.status(status).set(headers).set('Cache-Control', 'no-store')
  if (res.locals.plainErrors) {
    res.type('text/plain').send(detail)
    return
  }
  // The first one is for clients that accept anything.
  res.format(
    res.locals.prefersProblemDetails
      ? { 'application/problem+json': json, json, html: page, default: json }
      : { html: page, json, 'application/problem+json': json, default: page },
  )
}
