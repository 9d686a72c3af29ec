// The site is read-only: every address answers GET and HEAD.
import type { RequestHandler } from 'express'
import createError from 'http-errors'

/** Refuses every other method. */
export const readOnly: RequestHandler = ({ method }, _res, next) => {
  if (method === 'GET' || method === 'HEAD') next()
  else next(createError(405, 'This address answers GET and HEAD only.', { headers: { Allow: 'GET, HEAD' } }))
}
