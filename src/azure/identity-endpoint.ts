// The HTTP client for the identity endpoint. Adds a deadline, and a pause for as long as the endpoint's Retry-After says.
// Its state belongs to the process: MSAL keeps the HTTP client of the first credential for all later ones.
import { setTimeout } from 'node:timers/promises'
import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'
import { retryAfterMs } from './retry-after.ts'

/** In the time of performance.now(), because the system clock can be set back. */
let pausedUntil = Number.NEGATIVE_INFINITY
let lastStatus = 0

/**
 * Wraps an HTTP client.
 *
 * @param deadlineMs for one request with its retries, and the longest pause that it waits for: nobody waits longer for a token
 */
export function createIdentityClient(client: HttpClient, deadlineMs: number): HttpClient {
  return {
    async sendRequest(request) {
      if (pauseMs() > deadlineMs) throw new Error(pauseReason())
      if (pauseMs() > 0) await setTimeout(pauseMs(), undefined, { ref: false })
      request.abortSignal = withDeadline(request, deadlineMs)
      const response = await client.sendRequest(request)
      if (response.status < 400) return response
      pauseAfter(response)
      // The retry policy would wait and then ask again, when its caller has left long ago.
      if (pauseMs() > deadlineMs) throw new Error(pauseReason())
      return response
    },
  }
}

/** Why no request is sent now, for the log; nothing when requests are sent. MSAL drops the errors of its HTTP client. */
export function pauseReason(): string | undefined {
  if (pauseMs() <= 0) return undefined
  const seconds = Math.ceil(pauseMs() / 1_000)
  return `The identity endpoint answered ${lastStatus} and is not asked for another ${seconds} s (Retry-After).`
}

const pauseMs = () => pausedUntil - performance.now()

function pauseAfter({ status, headers }: PipelineResponse): void {
  const milliseconds = retryAfterMs(headers.get('retry-after'))
  if (milliseconds <= Math.max(0, pauseMs())) return
  pausedUntil = performance.now() + milliseconds
  lastStatus = status
}

/** Without a deadline, a request that is never answered keeps its connection for ever. Retries count from the first one. */
function withDeadline({ abortSignal }: PipelineRequest, deadlineMs: number): AbortSignal {
  const deadline = AbortSignal.timeout(deadlineMs)
  return abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, deadline]) : deadline
}
