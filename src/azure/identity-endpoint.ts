// The HTTP client for the identity endpoint. Adds a deadline, and a rest for as long as the endpoint's Retry-After says.
// Its state belongs to the process: MSAL keeps the HTTP client of the first credential for all later ones.
import { setTimeout } from 'node:timers/promises'
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline'

/** In the time of performance.now(), because the system clock can be set back. */
let restsUntil = Number.NEGATIVE_INFINITY
let lastStatus = 0

/**
 * Creates the HTTP client.
 *
 * @param deadlineMs for one request with its retries, and the longest rest that it waits for: nobody waits longer for a token
 */
export function createIdentityClient(deadlineMs: number): HttpClient {
  const client = createDefaultHttpClient()
  return {
    async sendRequest(request) {
      if (restMs() > deadlineMs) throw new Error(restReason())
      if (restMs() > 0) await setTimeout(restMs(), undefined, { ref: false })
      request.abortSignal = withDeadline(request, deadlineMs)
      const response = await client.sendRequest(request)
      if (response.status < 400) return response
      rest(response)
      // The retry policy would wait and then ask again, when its caller has left long ago.
      if (restMs() > deadlineMs) throw new Error(restReason())
      return response
    },
  }
}

/** Why no request is sent now, for the log; nothing when requests are sent. MSAL drops the errors of its HTTP client. */
export function restReason(): string | undefined {
  if (restMs() <= 0) return undefined
  const seconds = Math.ceil(restMs() / 1_000)
  return `The identity endpoint answered ${lastStatus} and is not asked for another ${seconds} s (Retry-After).`
}

const restMs = () => restsUntil - performance.now()

/** Retry-After holds seconds or a date. */
function rest({ status, headers }: PipelineResponse): void {
  const value = headers.get('retry-after') ?? ''
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now()
  if (!(milliseconds > restMs())) return
  restsUntil = performance.now() + milliseconds
  lastStatus = status
}

/** Without a deadline, a request that is never answered keeps its connection for ever. Retries count from the first one. */
function withDeadline({ abortSignal }: PipelineRequest, deadlineMs: number): AbortSignal {
  const deadline = AbortSignal.timeout(deadlineMs)
  return abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, deadline]) : deadline
}
