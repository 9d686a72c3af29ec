// The methods of each address: GET and HEAD for pages, others for the endpoints that a page declares.
import type { IRouter } from 'express'
import createError from 'http-errors'
import type { Endpoint } from '../routes/page.ts'

declare global {
  namespace Express {
    interface Locals {
      /** The methods of an endpoint. */
      allowedMethods?: string[]
    }
  }
}

/** Responds with 405 to every other method. Comes before the routes, so that nothing else is done for such a request. */
export function allowMethods(router: IRouter, endpoints: Endpoint[]): void {
  for (const { url, methods } of endpoints) {
    router.all(url, (_req, { locals }, next) => {
      // Programs call it, so errors are problem details, unless the client asks for a page.
      locals.prefersProblemDetails = true
      locals.allowedMethods = methods
      next()
    })
  }
  router.use(({ method }, res, next) => {
    const { allowedMethods = ['GET', 'HEAD'] } = res.locals
    if (allowedMethods.includes(method)) return next()
    const detail = `This address accepts ${allowedMethods.join(' and ')} only.`
    next(createError(405, detail, { headers: { Allow: allowedMethods.join(', ') } }))
  })
}
