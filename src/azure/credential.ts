// The one DefaultAzureCredential, with the merging, the deadline and the short memory of failures that it lacks.
import { type AccessToken, DefaultAzureCredential, type TokenCredential } from '@azure/identity'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

/** No token could be had. The cause says why, for the log. */
export class IdentityError extends Error {
  override name = 'IdentityError'
}

/**
 * Creates the credential that every Azure client of the site shares.
 *
 * Callers that ask for the same audience while a request is under way get the answer of that request: on its own
 * DefaultAzureCredential sends one request per caller. Caching is left to it.
 *
 * @param clientId the client id of the user-assigned managed identity; a developer's own sign-in needs none
 */
export function createCredential(clientId: string | undefined, limits: Limits): TokenCredential {
  const azure = new DefaultAzureCredential({
    ...(clientId && { managedIdentityClientId: clientId }),
    // Of itself it tries five times in 16 s, longer than anybody waits for a page.
    retryOptions: { maxRetries: 2 },
  })
  const attempts = new Map<string, Promise<AccessToken>>()

  return {
    /** @throws {IdentityError} when no token came, for whatever reason, or none came in time */
    getToken(scopes, { abortSignal: _, ...options } = {}) {
      // The caller's abortSignal is left out: others may wait for the same token, and the endpoint ignores it anyway.
      const key = JSON.stringify([scopes, options.tenantId, options.claims])
      const running = attempts.get(key)
      if (running) return running

      const attempt = abortable(azure.getToken(scopes, options), AbortSignal.timeout(limits.tokenMs)).catch(
        (cause: unknown) => {
          throw new IdentityError('The identity gave no token.', { cause })
        },
      )
      attempts.set(key, attempt)
      const forget = () => attempts.delete(key)
      attempt.then(forget, () => setTimeout(forget, limits.tokenFailureMs).unref())
      return attempt
    },
  }
}

/**
 * Narrows a credential to one scope. In a SQL login the server says which audience it wants, and a hostile one could ask
 * for a token of the management plane.
 */
export function pinnedTo(scope: string, credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      if (scopes !== scope) throw new IdentityError('The SQL server asked for a token of another audience.')
      return credential.getToken(scope, options)
    },
  }
}
