// Answers: a page by default, JSON for clients that prefer it.
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import createError from 'http-errors'
import { answerTo } from '../errors.ts'
import { isReaderLeft } from './deadline.ts'

/**
 * Answers with JSON when the Accept header prefers it, otherwise with a page. Sets `Vary: Accept`.
 *
 * @param view the template in `views/`
 * @param data the JSON answer, which the template sees too
 * @param more what only the template needs
 */
export function answer(res: Response, view: string, data: object, more: object = {}): void {
  const page = () => res.render(view, { ...data, ...more })
  res.format({ html: page, json: () => res.json(data), default: page })
}

export const notFound: RequestHandler = (_req, _res, next) => {
  next(createError(404, 'There is no such page.'))
}

/** Answers an error with a page, or with problem details (RFC 9457). Logs what the answer does not say. */
export const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
  if (isReaderLeft(error)) return

  const { log, requestId } = res.locals
  const { status, title, detail, headers } = answerTo(error)
  if (status >= 500) log.error({ err: error, status }, detail)

  // Half an answer is on its way: the only honest end is a cut connection, which the reader notices by the length.
  if (res.headersSent) {
    res.destroy()
    return
  }
  const problem = { type: 'about:blank', title, status, detail, requestId }
  const page = () => res.render('error', problem)
  const json = () => res.type('application/problem+json').send(JSON.stringify(problem))
  res.status(status).set(headers).set('Cache-Control', 'no-store')
  res.format({ html: page, json, 'application/problem+json': json, default: page })
}
