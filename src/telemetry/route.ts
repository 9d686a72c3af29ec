// The route that answered a request, such as /documents/*name.
import type { Application, Request } from 'express'
import type { Page } from '../routes/page.ts'

/** Returns the pattern of the route, or undefined when none has matched. */
export function routeOf(req: Request): string | undefined {
  const pattern: unknown = req.route?.path
  if (typeof pattern !== 'string') return undefined
  // Express forgets where the router was mounted when there was an error.
  const path = req.originalUrl.split('?', 1)[0] ?? ''
  const mounted = mountsOf(req.app).find((url) => path === url || path.startsWith(`${url}/`))
  // A route of the app itself, such as that of the allowed methods, has the whole address.
  if (mounted === undefined || mounted === pattern) return pattern
  return `${mounted}${pattern}`.replace(/\/$/, '')
}

const mounts = new WeakMap<Application, string[]>()

/** Where the routers of pages and endpoints are mounted. */
function mountsOf(app: Application): string[] {
  const known = mounts.get(app)
  if (known) return known
  const pages: Page[] = app.locals.sitePages
  const urls = pages.flatMap(({ url, endpoints = [] }) => [url, ...endpoints.map((each) => each.url)])
  mounts.set(app, urls)
  return urls
}
