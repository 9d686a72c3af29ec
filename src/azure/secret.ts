// Key Vault: the one secret, kept in memory for a while and fetched once at a time.
import type { TokenCredential } from '@azure/identity'
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

export type Secret = ReturnType<typeof createSecret>
export type KeptSecret = Awaited<ReturnType<typeof fetchSecret>>

export function createSecret(
  { endpoint, secretName }: Config['keyVault'],
  credential: TokenCredential,
  limits: Limits,
) {
  const client = new SecretClient(endpoint, credential, {
    retryOptions,
    additionalPolicies: [{ policy: withoutLongWaits, position: 'perRetry' }],
  })
  let kept: KeptSecret | undefined
  let fetching: Promise<KeptSecret> | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  return {
    /**
     * Gives the secret from memory, or from the vault when it was read too long ago.
     *
     * While the vault cannot be reached, a secret that was read before goes on to serve for a bounded time, but never past
     * its expiry.
     */
    async read(signal: AbortSignal): Promise<KeptSecret> {
      if (kept && ageOf(kept) < limits.secretMs) return kept
      // One visitor in a while waits for a vault in trouble; the others need not.
      const failedJustNow = performance.now() - failedAt < limits.secretRetryMs
      if (kept && failedJustNow && canServeStale(kept, limits)) return kept
      try {
        return await this.refresh(signal)
      } catch (error) {
        signal.throwIfAborted()
        if (kept && canServeStale(kept, limits) && isOutage(error)) return kept
        throw error
      }
    },

    /** Reads the secret from the vault. Callers that come while a read is under way share it. */
    refresh(signal: AbortSignal): Promise<KeptSecret> {
      fetching ??= fetchSecret(client, secretName, limits)
        .then(
          (secret) => {
            kept = secret
            return secret
          },
          (error: unknown) => {
            // The vault's own no ends what was kept: a secret that was disabled or deleted must stop to serve.
            if (isOutage(error)) failedAt = performance.now()
            else kept = undefined
            throw error
          },
        )
        .finally(() => {
          fetching = undefined
        })
      return abortable(fetching, signal)
    },
  }
}

async function fetchSecret(client: SecretClient, name: string, limits: Limits) {
  const abortSignal = AbortSignal.timeout(limits.secretReadMs)
  const { value, properties } = await abortable(client.getSecret(name, { abortSignal }), abortSignal)
  return {
    properties,
    /** In the time of performance.now(), which nobody sets back. The dates are for people. */
    fetchedAtMs: performance.now(),
    fetchedAt: new Date(),
    freshUntil: new Date(Date.now() + limits.secretMs),
    // A function, because whatever prints or logs an object passes over functions. Call it where the secret is used.
    value: () => value,
  }
}

function ageOf({ fetchedAtMs }: KeptSecret): number {
  return performance.now() - fetchedAtMs
}

function canServeStale(kept: KeptSecret, limits: Limits): boolean {
  const { expiresOn } = kept.properties
  const expired = expiresOn !== undefined && Date.now() >= expiresOn.getTime()
  return ageOf(kept) < limits.secretStaleMs && !expired
}

// No answer, a server error or throttling; not a refusal.
function isOutage(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode
  return status === undefined || status >= 500 || status === 429
}

// A dropped connection or a busy vault is worth a second and third try, within the deadline of the request that waits.
const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }

// The client sleeps as long as a throttled answer asks, while the visitor waits. Without this header it gives up at once
// on 429.
const withoutLongWaits: Policy = {
  name: 'withoutLongWaits',
  async sendRequest(request, next) {
    const response = await next(request)
    response.headers.delete('retry-after')
    return response
  },
}

type Policy = NonNullable<SecretClientOptions['additionalPolicies']>[number]['policy']
