// One credential, three clients. Each client connects when it is first used, not before.
import type { TokenCredential } from '@azure/identity'
import type { Config } from '../config.ts'
import { lazy } from '../lazy.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { createCredential, restrictToScope } from './credential.ts'
import { createDatabase } from './database.ts'
import type { Container } from './documents.ts'
import { reportedCredential } from './reported-credential.ts'
import { createSecret } from './secret.ts'
import { createSigningKey } from './signing-key.ts'

export type Azure = ReturnType<typeof connectAzure>

/**
 * Creates the clients of the three services, which share one credential.
 *
 * @returns the `credential`, `container` of Blob Storage, `secret` of Key Vault and `signingKey`, which is made from it, `database` of Azure SQL,
 *   `preload`, which loads the code that no start has to wait for, and `close`, which closes the SQL connections
 */
export function connectAzure(config: Config, limits: Limits, log: Log) {
  const identity = createCredential(config.clientId, limits)
  const credential = reportedCredential(identity)
  const secret = createSecret(config.keyVault, credential, limits)
  const database = createDatabase(config.sql, credential, limits, log)

  return {
    credential,
    container: createContainer(config.storage, credential),
    secret,
    signingKey: createSigningKey(secret, config.webhook, limits, log),
    database,
    preload: lazy(() => Promise.all([identity.preload(), database.preload()])),
    close: () => database.close(),
  }
}

function createContainer({ endpoint, container }: Config['storage'], credential: TokenCredential): Container {
  const storageCredential = restrictToScope('https://storage.azure.com/.default', credential)
  return {
    name: container,
    client: lazy(async () => {
      const { BlobServiceClient } = await import('./sdk.ts')
      const storage = new BlobServiceClient(endpoint, storageCredential, { retryOptions })
      return storage.getContainerClient(container)
    }),
  }
}

// Two retries for dropped connections and busy servers: few enough to stay within the deadline of the visitor's request.
const retryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }
