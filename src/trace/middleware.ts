// SHOW_TRACE: shows how each request was answered, on its page and in the Server-Timing header.
import type { RequestHandler } from 'express'
import onHeaders from 'on-headers'
import { describeIdentity, type TraceViewModel, traceViewModel } from '../view-models/trace.ts'
import { serverTiming } from './server-timing.ts'

declare global {
  namespace Express {
    interface Locals {
      /** How the request has been answered so far. Only with SHOW_TRACE. */
      trace?(): TraceViewModel
    }
  }
}

/** Sets `res.locals.trace` for templates, and the Server-Timing header. The steps are those of `recordRequests`. */
export function traceRequests(identity: Parameters<typeof describeIdentity>[0]): RequestHandler {
  const described = describeIdentity(identity)

  return (_req, res, next) => {
    const started = performance.now()
    const { recording: request = { steps: [] } } = res.locals
    res.locals.trace = () => {
      // A page with a trace tells of one request, so it is not for a cache. Others are, such as the code behind a page.
      res.set('Cache-Control', 'no-store')
      return traceViewModel(request, described, performance.now() - started)
    }
    onHeaders(res, () => {
      res.setHeader('Server-Timing', serverTiming(request, performance.now() - started))
      // What comes later is in no header and on no page: a long download must not collect it. Telemetry reads it to the end.
      if (!request.trace) request.closed = true
    })
    next()
  }
}
