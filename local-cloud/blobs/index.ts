// Blob Storage: Azurite, the proxy before it, and helpers that store blobs as the deployer.
import { Readable } from 'node:stream'
import { type BlobHTTPHeaders, BlobServiceClient } from '@azure/storage-blob'
import type { Certificates } from '../certificates.ts'
import type { IdentityService } from '../identity/index.ts'
import { startAzurite } from './azurite.ts'
import { startProxy } from './proxy.ts'

export type BlobService = Awaited<ReturnType<typeof startBlobs>>

/** Text, bytes, or blocks that are made while they are sent, for blobs too big for memory. */
export type Content = string | Buffer | AsyncIterable<Buffer> | Iterable<Buffer>
export type PutOptions = { contentType?: string; contentEncoding?: string; cacheControl?: string }

type Options = {
  identity: IdentityService
  certificates: Certificates
  certificateFile: string
  keyFile: string
  /** Where blobs are kept; in memory without it. */
  folder?: string | undefined
}

/** Starts the service with one empty container, `documents`. */
export async function startBlobs({ identity, certificates, ...files }: Options) {
  // Closes what has been started when a later step fails, and everything on close().
  await using started = new AsyncDisposableStack()
  const azurite = await startAzurite(files)
  started.defer(azurite.close)
  const proxy = await startProxy({ azuritePort: azurite.port, certificates, identity })
  started.defer(proxy.close)
  // Straight to Azurite, so that preparing a test neither meets its faults nor shows in its counts.
  const backstage = {
    tlsOptions: { ca: certificates.ca },
    retryOptions: { maxTries: 1 },
    // Azurite closes idle connections after a few seconds, which a busy machine notices too late.
    keepAliveOptions: { enable: false },
  }
  const client = new BlobServiceClient(
    `https://127.0.0.1:${azurite.port}/devstoreaccount1`,
    identity.credential(identity.deployer),
    backstage,
  )

  /** A container, made on the spot unless it is there. */
  async function container(name: string) {
    const containerClient = client.getContainerClient(name)
    await containerClient.createIfNotExists()
    return {
      name,
      /** Stores a blob, in place of one with the same name. */
      async put(
        blobName: string,
        content: Content,
        { contentType, contentEncoding, cacheControl }: PutOptions = {},
      ) {
        const blob = containerClient.getBlockBlobClient(blobName)
        const blobHTTPHeaders: BlobHTTPHeaders = {
          ...(contentType && { blobContentType: contentType }),
          ...(contentEncoding && { blobContentEncoding: contentEncoding }),
          ...(cacheControl && { blobCacheControl: cacheControl }),
        }
        if (typeof content === 'string' || Buffer.isBuffer(content)) {
          await blob.uploadData(Buffer.from(content), { blobHTTPHeaders })
        } else {
          await blob.uploadStream(Readable.from(content), 8 * 1024 * 1024, 2, { blobHTTPHeaders })
        }
      },
      async delete(blobName: string) {
        await containerClient.deleteBlob(blobName)
      },
    }
  }

  const { put, delete: remove, name } = await container('documents')
  const everything = started.move()

  return Object.assign(proxy, {
    endpoint: `https://127.0.0.1:${proxy.port}/devstoreaccount1`,
    containerName: name,
    container,
    put,
    delete: remove,
    /** Azurite itself, without our proxy before it. */
    azuritePort: azurite.port,
    close: () => everything.disposeAsync(),
  })
}
