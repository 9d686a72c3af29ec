// Key Vault: the one secret, kept in memory for a while and fetched once at a time.
import type { SecretClient } from '@azure/keyvault-secrets'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

export type Secret = ReturnType<typeof createSecret>
export type KeptSecret = Awaited<ReturnType<typeof fetchSecret>>

export function createSecret(client: SecretClient, name: string, limits: Limits) {
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
      fetching ??= fetchSecret(client, name, limits)
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
