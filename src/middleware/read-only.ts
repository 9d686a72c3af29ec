// The site is read-only: it accepts GET and HEAD.
import type { RequestHandler } from 'express'
import createError from 'http-errors'

/** Responds with 405 to every other method. */
export const readOnly: RequestHandler = ({ method }, _res, next) => {
  if (method === 'GET' || method === 'HEAD') next()
  else next(createError(405, 'This address accepts GET and HEAD only.', { headers: { Allow: 'GET, HEAD' } }))
}
