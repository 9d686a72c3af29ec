// The one DefaultAzureCredential. Adds what it lacks: coalescing of equal requests, a deadline, and a pause after a failure.
import { type AccessToken, DefaultAzureCredential, type TokenCredential } from '@azure/identity'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

/** No token could be acquired. The cause has the reason, for the log. */
export class IdentityError extends Error {
  override name = 'IdentityError'
}

/**
 * Creates the credential that every Azure client of the site shares.
 *
 * Callers that request a token for the same audience at the same time share one request: DefaultAzureCredential by itself
 * sends one per caller. It does cache tokens, so this does not.
 *
 * @param clientId the client ID of the user-assigned managed identity; not needed for a system-assigned one, or when developers
 *   sign in as themselves
 */
export function createCredential(clientId: string | undefined, limits: Limits): TokenCredential {
  const azure = new DefaultAzureCredential({
    ...(clientId && { managedIdentityClientId: clientId }),
    // The default is five retries in 16 s, longer than visitors wait for a page.
    retryOptions: { maxRetries: 2 },
  })
  const requests = new Map<string, Promise<AccessToken>>()

  return {
    /** @throws {IdentityError} when no token could be acquired, for any reason, or none arrived in time */
    getToken(scopes, { abortSignal: _, ...options } = {}) {
      // The caller's abortSignal is not passed on, because other callers may wait for the same token.
      const key = JSON.stringify([scopes, options.tenantId, options.claims])
      const pending = requests.get(key)
      if (pending) return pending

      const request = abortable(azure.getToken(scopes, options), AbortSignal.timeout(limits.tokenMs)).catch(
        (cause: unknown) => {
          throw new IdentityError('No token could be acquired.', { cause })
        },
      )
      requests.set(key, request)
      const forget = () => requests.delete(key)
      // A failure is kept for a while, so that the endpoint is not asked again at once.
      request.then(forget, () => setTimeout(forget, limits.tokenFailureMs).unref())
      return request
    },
  }
}

/**
 * Limits a credential to one scope. In a SQL login the server names the audience of the token, and a malicious server could
 * ask for a token of Azure Resource Manager.
 */
export function restrictToScope(scope: string, credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      if (scopes !== scope) throw new IdentityError('The SQL server requested a token for another audience.')
      return credential.getToken(scope, options)
    },
  }
}
