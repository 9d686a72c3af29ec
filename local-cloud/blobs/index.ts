// Blob Storage: Azurite, the proxy before it, and a way past the proxy for what prepares a test.
import type { Certificates } from '../certificates.ts'
import type { IdentityService } from '../identity/index.ts'
import type { Service } from '../service.ts'
import { createArrowListings } from './arrow.ts'
import { startAzurite } from './azurite.ts'
import { openContainer } from './container.ts'
import { startProxy } from './proxy.ts'
import { createSeed, type SeedDocument } from './seed.ts'

export type { SeedDocument } from './seed.ts'

type Options = {
  identity: IdentityService
  certificates: Certificates
  certificateFile: string
  keyFile: string
  /** Where blobs are kept; in memory without it. */
  folder?: string | undefined
}

const accountPath = 'devstoreaccount1'
const containerName = 'documents'

/** Starts the service with one empty container, `documents`. */
export async function startBlobs({ identity, certificates, ...files }: Options) {
  // Closes what has been started when a later step fails, and everything on close().
  await using started = new AsyncDisposableStack()
  // Azurite takes longer to start than its client takes to load.
  const [azurite, { BlobServiceClient }] = await Promise.all([
    startAzurite(files),
    import('@azure/storage-blob'),
  ])
  started.defer(azurite.close)
  // Straight to Azurite, so that preparing a test neither meets its faults nor shows in its counts.
  const options = {
    tlsOptions: { ca: certificates.ca },
    retryOptions: { maxTries: 1 },
    // Azurite closes idle connections after some seconds, perhaps while the next request is on its way.
    keepAliveOptions: { enable: false },
  }
  const client = new BlobServiceClient(
    `https://127.0.0.1:${azurite.port}/${accountPath}`,
    identity.credential(identity.deployer),
    options,
  )
  const listings = createArrowListings(client)
  const proxy = await startProxy({ azuritePort: azurite.port, certificates, identity, listings })
  started.defer(proxy.close)
  /** A container, created unless it exists. */
  const container = (name: string) => openContainer(client.getContainerClient(name))
  const documents = await container(containerName)
  const seed = createSeed(documents)
  const endpoint = `https://127.0.0.1:${proxy.port}/${accountPath}`
  const everything = started.move()

  async function reset(): Promise<void> {
    proxy.forget()
    for await (const { name } of client.listContainers()) {
      if (name !== containerName) await client.deleteContainer(name)
    }
    await seed.restore()
  }

  return Object.assign(proxy, {
    endpoint,
    env: { AZURE_STORAGE_BLOB_ENDPOINT: endpoint, AZURE_STORAGE_CONTAINER_NAME: containerName },
    containerName,
    container,
    put: documents.put,
    delete: documents.delete,
    /** Stores the documents that the site's container holds, now and again at each reset. */
    seed: (documents: readonly SeedDocument[]) => seed.store(documents),
    /** Azurite itself, without the proxy before it. */
    azuritePort: azurite.port,
    reset,
    close: () => everything.disposeAsync(),
  }) satisfies Service
}
