// The site is read-only: every path answers GET and HEAD.
import type { RequestHandler } from 'express'
import createError from 'http-errors'

/** Ends a route: whatever method has come this far is not one of its own. */
export const readOnly: RequestHandler = (_req, _res, next) => {
  next(createError(405, 'This address answers GET and HEAD only.', { headers: { Allow: 'GET, HEAD' } }))
}
