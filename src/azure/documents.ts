// Blob Storage: list one container, describe a blob, open it for reading.
import type { Readable } from 'node:stream'
import type {
  BlobGetPropertiesResponse,
  ContainerClient,
  ContainerListBlobFlatSegmentResponse,
} from '@azure/storage-blob'
import { abortable } from './abortable.ts'

export type Documents = ReturnType<typeof createDocuments>
export type Document = ReturnType<typeof toDocument>

/** Bytes `start` to `end` of a document, both included. */
export interface ByteRange {
  start: number
  end: number
}

export function createDocuments(container: ContainerClient) {
  return {
    /**
     * Lists documents in the order of their names.
     *
     * @returns up to `limit` documents (Azure may give fewer), and the cursor of the next page, or null at the end
     */
    async list(query: { prefix: string; limit: number; cursor?: string | undefined }, signal: AbortSignal) {
      const pages = container
        .listBlobsFlat({ prefix: query.prefix, abortSignal: signal })
        .byPage({ maxPageSize: query.limit, ...(query.cursor && { continuationToken: query.cursor }) })
      const { value } = await abortable(pages.next(), signal)
      const page: ContainerListBlobFlatSegmentResponse | undefined = value
      const blobs = page?.segment.blobItems ?? []
      return {
        documents: blobs.map((blob) => toDocument(blob.name, blob.properties)),
        next: page?.continuationToken || null,
      }
    },

    /** Describes a document without reading it. */
    async describe(name: string, signal: AbortSignal): Promise<Document> {
      const properties = await abortable(blob(name).getProperties({ abortSignal: signal }), signal)
      return toDocument(name, properties)
    },

    /**
     * Opens a document, or a range of it, as a stream. Whoever opens it reads or destroys it.
     *
     * @param known the document as described before: should it have changed since, Azure refuses with 412
     */
    async open(name: string, signal: AbortSignal, known?: Document, range?: ByteRange) {
      const response = await abortable(
        blob(name).download(range?.start, range && range.end - range.start + 1, {
          abortSignal: signal,
          conditions: known ? { ifMatch: known.etag } : {},
        }),
        signal,
      )
      return {
        document: known ?? toDocument(name, response),
        // Node.js always gets a stream; the SDK's type leaves it open because a browser gets a blob.
        body: response.readableStreamBody as Readable,
      }
    },
  }

  function blob(name: string) {
    const client = container.getBlobClient(name)
    // The SDK resolves `..` in a name, which can lead to another container. Routes refuse such names; this is the net below.
    if (!client.url.startsWith(`${container.url}/`))
      throw new RangeError('The name leads out of the container.')
    return client
  }
}

function toDocument(
  name: string,
  blob: Pick<
    BlobGetPropertiesResponse,
    'contentLength' | 'contentType' | 'contentEncoding' | 'contentLanguage' | 'lastModified' | 'etag'
  >,
) {
  return {
    name,
    size: blob.contentLength ?? 0,
    contentType: blob.contentType || 'application/octet-stream',
    contentEncoding: blob.contentEncoding || undefined,
    contentLanguage: blob.contentLanguage || undefined,
    lastModified: blob.lastModified ?? new Date(0),
    etag: quoted(blob.etag ?? ''),
  }
}

// A listing gives entity tags without the quotes that belong to them (RFC 9110, 8.8.3); a download gives them with.
function quoted(etag: string): string {
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`
}
