// The HTTP client for the identity endpoint. Adds a deadline, and a rest for as long as the endpoint's Retry-After says.
import { setTimeout } from 'node:timers/promises'
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline'

/**
 * Prepares requests to the identity endpoint.
 *
 * @param deadlineMs for one request, and the longest rest that a request waits for; nobody would wait longer for its token
 */
export function createIdentityEndpoint(deadlineMs: number) {
  const client = createDefaultHttpClient()
  let restsUntil = 0
  let lastStatus = 0
  const restMs = () => restsUntil - performance.now()

  const httpClient: HttpClient = {
    async sendRequest(request) {
      if (restMs() > deadlineMs) throw new Error(restReason())
      if (restMs() > 0) await setTimeout(restMs(), undefined, { ref: false })
      request.abortSignal = withDeadline(request, deadlineMs)
      const response = await client.sendRequest(request)
      const retryAfterMs = retryAfterIn(response)
      if (retryAfterMs > 0) {
        lastStatus = response.status
        restsUntil = Math.max(restsUntil, performance.now() + retryAfterMs)
        // The retry policy would wait and then ask again, when its caller has left long ago.
        if (retryAfterMs > deadlineMs) throw new Error(restReason())
      }
      return response
    },
  }

  function restReason(): string {
    const seconds = Math.ceil(restMs() / 1_000)
    return `The identity endpoint answered ${lastStatus} and is not asked for another ${seconds} s (Retry-After).`
  }

  return {
    httpClient,
    /** Why no request is sent now, for the log: MSAL replaces the errors of its HTTP client by its own. */
    restReason: () => (restMs() > 0 ? restReason() : undefined),
  }
}

/** Without a deadline, a request that is never answered keeps its connection for ever. Retries count from the first one. */
function withDeadline({ abortSignal }: PipelineRequest, deadlineMs: number): AbortSignal {
  const deadline = AbortSignal.timeout(deadlineMs)
  return abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, deadline]) : deadline
}

/** @returns the milliseconds of Retry-After, which holds seconds or a date; 0 without one */
function retryAfterIn({ status, headers }: PipelineResponse): number {
  const value = status >= 400 ? headers.get('retry-after') : undefined
  if (!value) return 0
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now()
  return Math.max(0, milliseconds) || 0
}
