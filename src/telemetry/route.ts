// The route that answered a request, such as /documents/*name.
import type { Request } from 'express'
import type { Page } from '../routes/page.ts'

/** Returns the pattern of the route, or undefined when none has matched. */
export function routeOf(req: Request): string | undefined {
  const pattern: unknown = req.route?.path
  if (typeof pattern !== 'string') return undefined
  // Express forgets where the router was mounted when there was an error.
  const mounted = mountsOf(req.app.locals.sitePages).find(
    (url) => req.path === url || req.path.startsWith(`${url}/`) || req.baseUrl === url,
  )
  return `${mounted ?? ''}${pattern}`.replace(/(?<=.)\/$/, '')
}

function mountsOf(pages: Page[]): string[] {
  return pages.flatMap(({ url, endpoints = [] }) => [url, ...endpoints.map((each) => each.url)])
}
