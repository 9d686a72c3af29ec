// Storing blobs, for what prepares a test or seeds the account.
import { Readable } from 'node:stream'
import type { BlobHTTPHeaders, ContainerClient } from '@azure/storage-blob'

/** Text, bytes, or blocks that are made while they are sent, for blobs too big for memory. */
type Content = string | Buffer | AsyncIterable<Buffer> | Iterable<Buffer>
export type PutOptions = { contentType?: string; contentEncoding?: string; cacheControl?: string }

const blockSize = 8 * 1024 * 1024
const blocksAtOnce = 2

export type Container = Awaited<ReturnType<typeof openContainer>>

/** A container, created unless it exists. */
export async function openContainer(client: ContainerClient) {
  await client.createIfNotExists()

  return {
    name: client.containerName,

    /** Stores a blob, in place of one with the same name. */
    async put(blobName: string, content: Content, options: PutOptions = {}): Promise<void> {
      const blob = client.getBlockBlobClient(blobName)
      const blobHTTPHeaders = headersFrom(options)
      if (typeof content === 'string' || Buffer.isBuffer(content)) {
        await blob.uploadData(typeof content === 'string' ? Buffer.from(content) : content, {
          blobHTTPHeaders,
        })
      } else {
        await blob.uploadStream(Readable.from(content), blockSize, blocksAtOnce, { blobHTTPHeaders })
      }
    },

    async delete(blobName: string): Promise<void> {
      await client.deleteBlob(blobName)
    },

    /** The ETag of each blob, by name: it changes whenever the blob is written. */
    async etags(): Promise<Map<string, string>> {
      const etags = new Map<string, string>()
      for await (const { name, properties } of client.listBlobsFlat()) etags.set(name, properties.etag)
      return etags
    },
  }
}

function headersFrom({ contentType, contentEncoding, cacheControl }: PutOptions): BlobHTTPHeaders {
  return {
    ...(contentType && { blobContentType: contentType }),
    ...(contentEncoding && { blobContentEncoding: contentEncoding }),
    ...(cacheControl && { blobCacheControl: cacheControl }),
  }
}
