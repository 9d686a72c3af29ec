// Security headers for every response, and those for documents that a browser displays.
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import helmet from 'helmet'

const directives = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  fontSrc: null,
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  imgSrc: ["'self'"],
  objectSrc: null,
  scriptSrc: null,
  scriptSrcAttr: null,
  styleSrc: ["'self'"],
  // It would keep Safari from loading the style sheet on http://localhost. App Service redirects to https anyway.
  upgradeInsecureRequests: null,
}

export const securityHeaders = constant(
  helmet({
    // The same as frame-ancestors above, for older browsers.
    xFrameOptions: { action: 'deny' },
    contentSecurityPolicy: { directives },
  }),
)

/** For a page that shows the preview of a document in a frame. */
export const allowFrames = constant(
  helmet.contentSecurityPolicy({
    directives: { ...directives, frameSrc: ["'self'"] },
  }),
)

/**
 * For the preview of a document, whose bytes anybody may have written: it runs no script, loads nothing, belongs to no site, and
 * only pages of this site can frame it.
 */
export const sandbox: RequestHandler = (req, res, next) => {
  // A sandboxed document has no origin that a browser could give a process of its own.
  res.removeHeader('Origin-Agent-Cluster')
  sandboxHeaders(req, res, next)
}

const sandboxHeaders = constant(
  helmet({
    originAgentCluster: false,
    xFrameOptions: { action: 'sameorigin' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        sandbox: [],
        defaultSrc: ["'none'"],
        // The browser's own style for a plain text or an image.
        styleSrc: ["'unsafe-inline'"],
        frameAncestors: ["'self'"],
      },
    },
  }),
)

/** Runs a middleware of helmet once, and sets the headers that it has set: they are the same for every request. */
function constant(middleware: Helmet): RequestHandler {
  const sample = new ServerResponse({ method: 'GET' } as IncomingMessage)
  middleware(sample.req, sample, (error) => {
    if (error) throw error
  })
  const headers = new Map(Object.entries(sample.getHeaders() as Record<string, string>))
  return (_req, res, next) => {
    res.setHeaders(headers)
    next()
  }
}

type Helmet = ReturnType<typeof helmet>
