// Key Vault: one secret, cached in memory. Simultaneous reads share one request.
import type { TokenCredential } from '@azure/identity'
import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets'
import type { Config } from '../config.ts'
import { lazy } from '../lazy.ts'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'
import { memoryReads, reported, sharedWork } from './reports.ts'

export type Secret = ReturnType<typeof createSecret>
export type CachedSecret = Awaited<ReturnType<typeof fetchSecret>>

export function createSecret(
  { endpoint, secretName }: Config['keyVault'],
  credential: TokenCredential,
  limits: Limits,
) {
  const client = lazy(async () => {
    const { SecretClient } = await import('./sdk.ts')
    return new SecretClient(endpoint, credential, {
      retryOptions,
      additionalPolicies: [{ policy: ignoreRetryAfter, position: 'perRetry' }],
    })
  })
  let cached: CachedSecret | undefined
  let fetching: Promise<CachedSecret> | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  const listeners: ((secret: CachedSecret) => void)[] = []

  return {
    name: secretName,

    /**
     * Returns the cached secret, or reads it from the vault when the cached one is too old.
     *
     * While the vault cannot be reached, the cached secret stays in use for a limited time, but never past its expiration
     * date.
     */
    async read(signal: AbortSignal): Promise<CachedSecret> {
      if (cached && ageOf(cached) < limits.secretMs) return fromMemory(cached)
      // While the vault fails, it is asked once in a while; all other requests get the stale secret without waiting.
      const failedJustNow = performance.now() - failedAt < limits.secretRetryMs
      if (cached && failedJustNow && canServeStale(cached, limits)) return fromMemory(cached)
      try {
        return await this.refresh(signal)
      } catch (error) {
        signal.throwIfAborted()
        if (cached && canServeStale(cached, limits) && isOutage(error)) return fromMemory(cached)
        throw error
      }
    },

    /** Reads the secret from the vault. Simultaneous callers share one read. */
    refresh(signal: AbortSignal): Promise<CachedSecret> {
      const running = fetching
      if (running) return reported(sharedWork, { what: 'the secret' }, () => abortable(running, signal))
      fetching = client()
        .then((vault) => fetchSecret(vault, secretName, limits))
        .then(
          (secret) => {
            cached = secret
            for (const listener of listeners) listener(secret)
            return secret
          },
          (error: unknown) => {
            // The vault refused: a secret that was disabled or deleted must not be served from the cache any more.
            if (isOutage(error)) failedAt = performance.now()
            else cached = undefined
            throw error
          },
        )
        .finally(() => {
          fetching = undefined
        })
      return abortable(fetching, signal)
    },

    /** Calls a function with every secret that is read from the vault. */
    onRead(listener: (secret: CachedSecret) => void): void {
      listeners.push(listener)
    },
  }
}

async function fetchSecret(client: SecretClient, name: string, limits: Limits) {
  const abortSignal = AbortSignal.timeout(limits.secretReadMs)
  const { value, properties } = await abortable(client.getSecret(name, { abortSignal }), abortSignal)
  return {
    properties,
    /** In the time of performance.now(), because the system clock can be set back. The dates are for display. */
    fetchedAtMs: performance.now(),
    fetchedAt: new Date(),
    freshUntil: new Date(Date.now() + limits.secretMs),
    // A function, so that the value is not printed when the object is logged. Call it where the secret is used.
    value: () => value,
  }
}

function fromMemory(cached: CachedSecret): CachedSecret {
  memoryReads.publish({ what: 'the secret', since: cached.fetchedAt })
  return cached
}

function ageOf({ fetchedAtMs }: CachedSecret): number {
  return performance.now() - fetchedAtMs
}

function canServeStale(cached: CachedSecret, limits: Limits): boolean {
  const { expiresOn } = cached.properties
  const expired = expiresOn !== undefined && Date.now() >= expiresOn.getTime()
  return ageOf(cached) < limits.secretStaleMs && !expired
}

// No response, a server error or throttling, as opposed to a refusal.
function isOutage(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode
  return status === undefined || status >= 500 || status === 429
}

// A dropped connection or a busy vault is worth a second and third try, within the deadline of the request that waits.
const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }

// When Key Vault throttles (429), its client waits for as long as the Retry-After header says, while the visitor waits too.
// Without that header, the client fails at once.
const ignoreRetryAfter: Policy = {
  name: 'ignoreRetryAfter',
  async sendRequest(request, next) {
    const response = await next(request)
    response.headers.delete('retry-after')
    return response
  },
}

type Policy = NonNullable<SecretClientOptions['additionalPolicies']>[number]['policy']
