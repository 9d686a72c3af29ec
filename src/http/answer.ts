// Answers: a page by default, JSON for clients that prefer it.
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import createError from 'http-errors'
import { answerTo } from '../errors.ts'
import { errorPage } from '../pages/errors.ts'
import { attemptStates, nextAttempt } from './attempts.ts'
import { isReaderLeft } from './deadline.ts'

/**
 * Answers with JSON when the Accept header prefers it, otherwise with a page. Sets `Vary: Accept`.
 *
 * @param view the template in `views/`
 * @param data the JSON answer, which the template sees too
 * @param page gives what only the template needs, and is called for pages only
 */
export async function answer(
  res: Response,
  view: string,
  data: object,
  page: () => object | Promise<object> = () => ({}),
): Promise<void> {
  res.vary('Accept')
  // What is shown changes at any time; a route that wants it stricter has said so before.
  if (!res.hasHeader('Cache-Control')) res.set('Cache-Control', 'private, no-cache')
  if (res.req.accepts(['html', 'json']) === 'json') res.json(data)
  else res.render(view, { ...data, ...(await page()) })
}

export const notFound: RequestHandler = (_req, _res, next) => {
  next(createError(404, 'There is no such page.'))
}

/** Answers an error with a page, or with problem details (RFC 9457). Logs what the answer does not say. */
export const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
  if (isReaderLeft(error)) return

  const { log, requestId, attempt, url } = res.locals
  const { status, title, detail, headers, kind } = answerTo(error)
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
    res.render(kind ?? 'error', { ...problem, ...errorPage(status, headers), ...retry, url })
  }
  res.status(status).set(headers).set('Cache-Control', 'no-store')
  res.format({ html: page, json, 'application/problem+json': json, default: page })
}
