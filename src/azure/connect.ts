// One credential, three clients. Nothing here opens a connection: each client does on its first request.
import { BlobServiceClient } from '@azure/storage-blob'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { createCredential } from './credential.ts'
import { createDatabase } from './database.ts'
import { createSecret } from './secret.ts'

export type Azure = ReturnType<typeof connectAzure>

/** Creates the clients of the three services, which share one credential. `close` ends the open SQL connections. */
export function connectAzure(config: Config, limits: Limits, log: Log) {
  const credential = createCredential(config.clientId, limits)

  const storage = new BlobServiceClient(config.storage.endpoint, credential, { retryOptions })
  const database = createDatabase(config.sql, credential, limits, log)

  return {
    container: storage.getContainerClient(config.storage.container),
    secret: createSecret(config.keyVault, credential, limits),
    database,
    close: () => database.close(),
  }
}

// A dropped connection or a busy server is worth a second and third try, within the deadline of the request that waits.
const retryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }
