// The one DefaultAzureCredential. Adds what it lacks: coalescing of equal requests, a deadline, renewal in the background, and a
// pause after a failure.
import type { AccessToken, TokenCredential } from '@azure/identity'
import { lazy } from '../lazy.ts'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'
import { createIdentityClient, pauseReason } from './identity-endpoint.ts'
import { createTokenSource } from './token-source.ts'

/** No token could be acquired. The cause has the reason, for the log. */
export class IdentityError extends Error {
  override name = 'IdentityError'
}

/**
 * Creates the credential that every Azure client of the site shares.
 *
 * Callers that request a token for the same audience at the same time share one request: DefaultAzureCredential by itself
 * sends one per caller. Whether a token has to be renewed, DefaultAzureCredential decides; until the new one has arrived, callers
 * get the token at hand.
 *
 * @param clientId the client ID of the user-assigned managed identity; not needed for a system-assigned one, or when developers
 *   sign in as themselves
 */
export function createCredential(clientId: string | undefined, limits: Limits) {
  const azure = lazy(async () => {
    const { createDefaultHttpClient, DefaultAzureCredential } = await import('./sdk.ts')
    return new DefaultAzureCredential({
      ...(clientId && { managedIdentityClientId: clientId }),
      // The default is five retries in 16 s, longer than visitors wait for a page.
      retryOptions: { maxRetries: 2 },
      httpClient: createIdentityClient(createDefaultHttpClient(), limits.tokenMs),
    })
  })
  const sources = new Map<string, () => Promise<AccessToken>>()

  async function request(
    ...[scopes, options]: Parameters<TokenCredential['getToken']>
  ): Promise<AccessToken> {
    try {
      const credential = await azure()
      return await abortable(credential.getToken(scopes, options), AbortSignal.timeout(limits.tokenMs))
    } catch (error) {
      const reason = pauseReason()
      throw new IdentityError('No token could be acquired.', { cause: reason ? new Error(reason) : error })
    }
  }

  return {
    /** @throws when DefaultAzureCredential does not accept its settings, such as AZURE_TOKEN_CREDENTIALS */
    preload: azure,

    /** @throws {IdentityError} when no token could be acquired, for any reason, or none arrived in time */
    getToken(...[scopes, { abortSignal: _, ...options } = {}]: Parameters<TokenCredential['getToken']>) {
      // The caller's abortSignal is not passed on, because other callers may wait for the same token.
      const key = JSON.stringify([scopes, options.tenantId])
      // With claims, a service refuses the token at hand. They differ each time, so nothing is kept for them.
      const kept = options.claims ? undefined : sources.get(key)
      if (kept) return kept()

      const source = createTokenSource(() => request(scopes, options), limits.tokenFailureMs)
      if (!options.claims) sources.set(key, source)
      return source()
    },
  }
}

/**
 * Limits a credential to one scope. Azure SQL at login and Blob Storage in a challenge name the audience of the token that they want,
 * and a malicious server could ask for a token of Azure Resource Manager. The client of Key Vault checks that by itself.
 */
export function restrictToScope(scope: string, credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      if (String(scopes) !== scope)
        throw new IdentityError('A service requested a token for another audience.')
      return credential.getToken(scopes, options)
    },
  }
}
