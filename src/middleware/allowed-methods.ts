// The methods of each address: GET and HEAD for pages, others for the endpoints that a page declares.
import { type RequestHandler, Router } from 'express'
import createError from 'http-errors'
import type { Endpoint } from '../routes/page.ts'

/** Responds with 405 to every other method, before anything else is done for the request. */
export function allowedMethods(endpoints: Endpoint[]): Router {
  const router = Router()
  for (const { url, methods } of endpoints) {
    router.all(url, (req, res, next) => {
      // Programs call it, so errors are problem details, unless the client asks for a page.
      res.locals.prefersProblemDetails = true
      accept(methods)(req, res, (error) => next(error ?? 'router'))
    })
  }
  return router.use(accept(['GET', 'HEAD']))
}

function accept(methods: string[]): RequestHandler {
  return ({ method }, _res, next) => {
    if (methods.includes(method)) return next()
    const detail = `This address accepts ${methods.join(' and ')} only.`
    next(createError(405, detail, { headers: { Allow: methods.join(', ') } }))
  }
}
