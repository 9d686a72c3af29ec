// SHOW_TRACE: records how each request is answered, for its page and for the Server-Timing header.
import type { RequestHandler } from 'express'
import onHeaders from 'on-headers'
import { describeIdentity, type TraceViewModel, traceViewModel } from '../view-models/trace.ts'
import { serverTiming } from './server-timing.ts'
import { type Recording, recording } from './steps.ts'
import { subscribeToReports } from './subscribe.ts'

declare global {
  namespace Express {
    interface Locals {
      /** How the request has been answered so far. Only with SHOW_TRACE. */
      trace?(): TraceViewModel
    }
  }
}

/** Sets `res.locals.trace` for templates, and the Server-Timing header. */
export function traceRequests(identity: Parameters<typeof describeIdentity>[0]): RequestHandler {
  subscribeToReports()
  const described = describeIdentity(identity)

  return (_req, res, next) => {
    const started = performance.now()
    const request: Recording = { steps: [] }
    res.locals.trace = () => {
      // A page with a trace tells of one request, so it is not for a cache. Others are, such as the code behind a page.
      res.set('Cache-Control', 'no-store')
      return traceViewModel(request, described, performance.now() - started)
    }
    onHeaders(res, () => {
      res.setHeader('Server-Timing', serverTiming(request, performance.now() - started))
      // What comes later is in no header and on no page: a long download must not collect it.
      request.closed = true
    })
    recording.run(request, next)
  }
}
