// One credential, three clients. Each client connects when it is first used, not before.
import { BlobServiceClient } from '@azure/storage-blob'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { createCredential } from './credential.ts'
import { createDatabase } from './database.ts'
import { reportedCredential } from './reported-credential.ts'
import { createSecret } from './secret.ts'

export type Azure = ReturnType<typeof connectAzure>

/**
 * Creates the clients of the three services, which share one credential.
 *
 * @returns `container` of Blob Storage, `secret` of Key Vault, `database` of Azure SQL, and `close`, which closes the SQL
 *   connections
 */
export function connectAzure(config: Config, limits: Limits, log: Log) {
  const credential = reportedCredential(createCredential(config.clientId, limits))

  const storage = new BlobServiceClient(config.storage.endpoint, credential, { retryOptions })
  const database = createDatabase(config.sql, credential, limits, log)

  return {
    container: storage.getContainerClient(config.storage.container),
    secret: createSecret(config.keyVault, credential, limits),
    database,
    close: () => database.close(),
  }
}

// Two retries for dropped connections and busy servers: few enough to stay within the deadline of the visitor's request.
const retryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }
