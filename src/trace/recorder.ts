// Records the steps of each request, for those who read them: the page's trace and telemetry.
import type { RequestHandler } from 'express'
import { type Recording, recording } from './steps.ts'
import { subscribeToReports } from './subscribe.ts'

declare global {
  namespace Express {
    interface Locals {
      /** How the request has been answered so far. Only with SHOW_TRACE or telemetry. */
      recording?: Recording
    }
  }
}

/** Sets `res.locals.recording`, to which steps are added until somebody closes it. */
export function recordRequests(): RequestHandler {
  subscribeToReports()
  return (_req, res, next) => {
    const request: Recording = { steps: [] }
    res.locals.recording = request
    recording.run(request, next)
  }
}
