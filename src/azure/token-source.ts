// One token, kept until its end. Requests for the next one run in the background while it is still good.
import type { AccessToken } from '@azure/identity'
import { backgroundWork, reported } from './reports.ts'

/**
 * How long before its end a token is given up. Less than the second before the end in which the Azure clients wait for a new
 * token: earlier they ask in the background, where a rejection would be unhandled and end the process.
 */
const expiryMarginMs = 500

/**
 * Prepares to serve the token that `request` acquires. DefaultAzureCredential by itself waits for the renewal, although the token
 * at hand is good for minutes or hours, and fails when the renewal fails.
 *
 * @param request asks DefaultAzureCredential, which returns its cached token or renews it when it is time
 * @param pauseMs how long not to ask again after a failure, or after a success while the token is good
 * @returns a function that returns the token at hand, or else waits for one
 */
export function createTokenSource(
  request: () => Promise<AccessToken>,
  pauseMs: number,
): () => Promise<AccessToken> {
  let token: AccessToken | undefined
  /** Runs, or has failed a moment ago. */
  let latest: Promise<AccessToken> | undefined
  let nextRequestAt = 0

  function ask(): Promise<AccessToken> {
    const asked = request()
    latest = asked
    const forget = () => {
      latest = undefined
    }
    asked.then(
      (received) => {
        token = received
        nextRequestAt = performance.now() + pauseMs
        forget()
      },
      () => setTimeout(forget, pauseMs).unref(),
    )
    return asked
  }

  /** No request waits for it, so it is a part of none. */
  function renew(): void {
    reported(backgroundWork, { what: 'a new token' }, ask).catch(() => {})
  }

  return () => {
    if (!token || token.expiresOnTimestamp - Date.now() < expiryMarginMs) return latest ?? ask()
    if (!latest && performance.now() >= nextRequestAt) renew()
    return Promise.resolve(token)
  }
}
