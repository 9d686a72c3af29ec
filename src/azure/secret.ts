// Key Vault: the one secret, kept in memory for a while and fetched once at a time.
import type { SecretClient } from '@azure/keyvault-secrets'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

export type Secret = ReturnType<typeof createSecret>
export type KeptSecret = Awaited<ReturnType<typeof fetchSecret>>

export function createSecret(client: SecretClient, name: string, limits: Limits) {
  let kept: KeptSecret | undefined
  let fetching: Promise<KeptSecret> | undefined

  return {
    /** Gives the secret from memory, or from the vault when it was read too long ago. */
    async read(signal: AbortSignal): Promise<KeptSecret> {
      return kept && Date.now() < kept.freshUntil.getTime() ? kept : this.refresh(signal)
    },

    /** Reads the secret from the vault. Callers that come while a read is under way share it. */
    refresh(signal: AbortSignal): Promise<KeptSecret> {
      fetching ??= fetchSecret(client, name, limits)
        .then((secret) => (kept = secret))
        .finally(() => (fetching = undefined))
      return abortable(fetching, signal)
    },
  }
}

async function fetchSecret(client: SecretClient, name: string, limits: Limits) {
  const abortSignal = AbortSignal.timeout(limits.secretReadMs)
  const { value, properties } = await abortable(client.getSecret(name, { abortSignal }), abortSignal)
  return {
    properties,
    fetchedAt: new Date(),
    freshUntil: new Date(Date.now() + limits.secretMs),
    // A function, because whatever prints or logs an object passes over functions. Call it where the secret is used.
    value: () => value,
  }
}
