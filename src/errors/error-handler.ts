// What ends a request that nothing has answered: a page, or problem details for clients that prefer JSON.
import type { ErrorRequestHandler, RequestHandler } from 'express'
import createError from 'http-errors'
import { isReaderLeft } from '../middleware/deadline.ts'
import { attemptStates, nextAttempt } from '../middleware/refresh.ts'
import { adviceFor } from './advice.ts'
import { problemFor } from './problem.ts'

export const notFound: RequestHandler = (_req, _res, next) => {
  next(createError(404, 'There is no such page.'))
}

/** Answers an error with a page, or with problem details (RFC 9457). Logs what the visitor is not told. */
export const errorHandler: ErrorRequestHandler = (error, _req, res, _next) => {
  if (isReaderLeft(error)) return

  const { log, requestId, attempt, url } = res.locals
  const { status, title, detail, headers, kind } = problemFor(error)
  if (status >= 500) log.error({ err: error, status }, detail)

  // Half an answer is on its way: the only honest end is a cut connection, which the reader notices by the length.
  if (res.headersSent) {
    res.destroy()
    return
  }
  const problem = { type: 'about:blank', title, status, detail, requestId }
  const json = () => res.type('application/problem+json').send(JSON.stringify(problem))
  const page = () => {
    const next = kind && nextAttempt(attempt, url, Number(headers['Retry-After']))
    if (next) res.set('Refresh', next.header)
    // A page of its own for what passes by itself: `views/waking.ejs` and `views/granting.ejs`.
    const retry = { attempt, attempts: attemptStates(attempt), next }
    res.render(kind ?? 'error', { ...problem, ...adviceFor(status), ...retry, url })
  }
  res.status(status).set(headers).set('Cache-Control', 'no-store')
  res.format({ html: page, json, 'application/problem+json': json, default: page })
}
