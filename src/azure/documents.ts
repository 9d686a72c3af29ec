// Blob Storage: list one container, read the properties of a blob, stream its content.
import type { Readable } from 'node:stream'
import type {
  BlobDownloadResponseParsed,
  BlobGetPropertiesResponse,
  ContainerClient,
  ContainerListBlobHierarchySegmentResponse,
} from '@azure/storage-blob'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'
import { createDownloadQueue, type Slot } from './download-queue.ts'
import { resumable } from './resumable.ts'
import { createSingleFlight } from './single-flight.ts'

export type Documents = ReturnType<typeof createDocuments>
export type Document = ReturnType<typeof toDocument>

export interface Container {
  name: string
  client(): Promise<ContainerClient>
}

/** Bytes `start` to `end` of a document, both included. */
export interface ByteRange {
  start: number
  end: number
}

export interface ListQuery {
  prefix: string
  limit: number
  cursor?: string | undefined
  /** Gives what is below a folder as that folder alone, and not as documents. */
  byFolder?: boolean | undefined
}

/** A flat listing has no `blobPrefixes`. */
type ListPage = Pick<ContainerListBlobHierarchySegmentResponse, 'continuationToken'> & {
  segment: Partial<ContainerListBlobHierarchySegmentResponse['segment']>
}

export interface ReadOptions {
  /** The client that the download counts for: each may have a limited number running. */
  client: string
  signal: AbortSignal
  /** The properties that were read before. If the blob has changed since, Azure responds with 412. */
  known?: Document | undefined
  range?: ByteRange | undefined
}

export function createDocuments(container: Container, limits: Limits) {
  const queue = createDownloadQueue(limits)
  const coalesce = createSingleFlight<Awaited<ReturnType<typeof listPage>>>(limits)
  const coalesceByName = createSingleFlight<Document>(limits)

  return {
    /**
     * Lists documents in the order of their names. Equal requests at the same time share one listing, because parsing a long
     * one takes the SDK a large part of a second of CPU time.
     *
     * @returns up to `limit` folders and documents together (Azure may give fewer), and the cursor of the next page, or null at the
     *   end. A folder is a prefix of names that ends with a slash
     */
    list({ prefix, limit, cursor, byFolder }: ListQuery, signal: AbortSignal) {
      const key = JSON.stringify([prefix, limit, cursor, byFolder])
      return coalesce(key, signal, (shared) => listPage({ prefix, limit, cursor, byFolder }, shared))
    },

    /**
     * Reads the properties of a document, without its content. Equal requests at the same time share one: it needs no download
     * slot, so that one client could open hundreds of connections to Azure with it.
     */
    describe(name: string, signal: AbortSignal): Promise<Document> {
      return coalesceByName(name, signal, async (shared) => {
        const client = await blob(name)
        const properties = await abortable(client.getProperties({ abortSignal: shared }), shared)
        return toDocument(name, properties)
      })
    },

    /**
     * Opens a document, or a range of it, as a stream of chunks. It is closed when the promise of `use` settles.
     *
     * Waits for a download slot first. When the connection to Azure breaks, the stream resumes at the next byte of the same
     * version of the document, a few times; then it fails.
     *
     * @throws {BusyError} when too many downloads wait already, or no slot becomes free in time
     * @throws {SlowReaderError} when the reader is too slow while others wait
     */
    async read<T>(
      name: string,
      { client, signal, ...options }: ReadOptions,
      use: (document: Document, body: AsyncIterable<Buffer>) => Promise<T>,
    ): Promise<T> {
      const slot = await queue.acquire(client, signal)
      const aborted = AbortSignal.any([signal, slot.signal])
      try {
        return await abortable(stream(name, { ...options, signal: aborted }, slot, use), aborted)
      } finally {
        slot.release()
      }
    },
  }

  async function listPage({ prefix, limit, cursor, byFolder }: ListQuery, signal: AbortSignal) {
    const client = await container.client()
    const options = { prefix, abortSignal: signal }
    const items = byFolder ? client.listBlobsByHierarchy('/', options) : client.listBlobsFlat(options)
    const pages = items.byPage({ maxPageSize: limit, ...(cursor && { continuationToken: cursor }) })
    const { value } = await pages.next()
    const page: ListPage | undefined = value
    const { blobItems = [], blobPrefixes = [] } = page?.segment ?? {}
    return {
      folders: blobPrefixes.map(({ name }) => name),
      documents: blobItems.map(({ name, properties }) => toDocument(name, properties)),
      next: page?.continuationToken || null,
    }
  }

  async function stream<T>(
    name: string,
    { signal, known, range }: Omit<ReadOptions, 'client'>,
    { meter }: Slot,
    use: (document: Document, body: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T> {
    const first = await open(name, signal, range, known?.etag)
    const document = known ?? toDocument(name, first.response)
    const { start, end } = range ?? { start: 0, end: document.size - 1 }
    const body = resumable(first.body, {
      bytes: end - start + 1,
      reopen: async (offset, reopenSignal) =>
        (await open(name, reopenSignal, { start: start + offset, end }, document.etag)).body,
      signal,
      limits,
    })
    const chunks = meter.measure(body)
    try {
      return await use(document, chunks)
    } finally {
      void chunks.return(undefined)
      first.body.destroy()
    }
  }

  async function open(name: string, signal: AbortSignal, range?: ByteRange, etag?: string) {
    const client = await blob(name)
    const request = client.download(range?.start, range && range.end - range.start + 1, {
      abortSignal: signal,
      conditions: etag ? { ifMatch: etag } : {},
    })
    return abortable(request.then(withBody), signal)
  }

  async function blob(name: string) {
    const client = await container.client()
    const found = client.getBlobClient(name)
    // The SDK resolves `..` in a name, which can lead to another container. Routes refuse such names already; this is a second
    // check.
    if (!found.url.startsWith(`${client.url}/`)) throw new RangeError('The name is outside the container.')
    return found
  }
}

function withBody(response: BlobDownloadResponseParsed) {
  // In Node.js this is always a stream. The SDK types it as optional, because in a browser it is missing.
  const body = response.readableStreamBody as Readable
  // Whoever reads the stream gets its error. An error while nobody reads would end the process without this listener.
  body.on('error', () => {})
  return { response, body }
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

// Listings return entity tags without the quotes that RFC 9110 requires (section 8.8.3); downloads return them with quotes.
function quoted(etag: string): string {
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`
}
