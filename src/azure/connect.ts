// One credential, three clients. Nothing here opens a connection: each client does on its first request.
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets'
import { BlobServiceClient } from '@azure/storage-blob'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { createCredential } from './credential.ts'
import { createDatabase } from './database.ts'
import { createSecret } from './secret.ts'

export type Azure = ReturnType<typeof connectAzure>

/**
 * Creates the clients of the three services, which share one credential.
 *
 * @returns `container` of Blob Storage, `secret` of Key Vault, `database` of Azure SQL, and `close`, which ends the open SQL
 *   connections
 */
export function connectAzure(config: Config, limits: Limits, log: Log) {
  const credential = createCredential(config.clientId, limits)

  const storage = new BlobServiceClient(config.storage.endpoint, credential, { retryOptions })
  const vault = new SecretClient(config.keyVault.endpoint, credential, {
    retryOptions: vaultRetryOptions,
    additionalPolicies: [{ policy: withoutLongWaits, position: 'perRetry' }],
  })
  const database = createDatabase(config.sql, credential, limits, log)

  return {
    container: storage.getContainerClient(config.storage.container),
    secret: createSecret(vault, config.keyVault.secretName, limits),
    database,
    close: () => database.close(),
  }
}

// A dropped connection or a busy server is worth a second and third try, within the deadline of the request that waits.
const retryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }
const vaultRetryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }

// The vault's client sleeps as long as a throttled answer asks, while the visitor waits. Without this header it gives up
// at once on 429.
const withoutLongWaits: VaultPolicy = {
  name: 'withoutLongWaits',
  async sendRequest(request, next) {
    const response = await next(request)
    response.headers.delete('retry-after')
    return response
  },
}

type VaultPolicy = NonNullable<SecretClientOptions['additionalPolicies']>[number]['policy']
