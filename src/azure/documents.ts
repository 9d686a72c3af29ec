// Blob Storage: list one container, describe a blob, lend it out for reading.
import { Readable } from 'node:stream'
import type {
  BlobDownloadResponseParsed,
  BlobGetPropertiesResponse,
  ContainerClient,
  ContainerListBlobFlatSegmentResponse,
} from '@azure/storage-blob'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'
import { createDownloadQueue, type Turn } from './download-queue.ts'
import { resumable } from './resumable.ts'
import { createSharing } from './sharing.ts'

export type Documents = ReturnType<typeof createDocuments>
export type Document = ReturnType<typeof toDocument>

/** Bytes `start` to `end` of a document, both included. */
export interface ByteRange {
  start: number
  end: number
}

export interface ListQuery {
  prefix: string
  limit: number
  cursor?: string | undefined
}

export interface ReadOptions {
  /** Whom the download counts for: downloads of one client wait for each other. */
  client: string
  signal: AbortSignal
  /** The document as described before: should it have changed since, Azure refuses with 412. */
  known?: Document | undefined
  range?: ByteRange | undefined
}

export function createDocuments(container: ContainerClient, limits: Limits) {
  const queue = createDownloadQueue(limits)
  const listings = createSharing<Awaited<ReturnType<typeof listPage>>>(limits)

  return {
    /**
     * Lists documents in the order of their names. Those who ask for the same at the same time share one listing: a long one
     * takes the SDK a good part of a second of CPU time to parse.
     *
     * @returns up to `limit` documents (Azure may give fewer), and the cursor of the next page, or null at the end
     */
    list({ prefix, limit, cursor }: ListQuery, signal: AbortSignal) {
      const key = JSON.stringify([prefix, limit, cursor])
      return listings(key, signal, (shared) => listPage({ prefix, limit, cursor }, shared))
    },

    /** Describes a document without reading it. */
    async describe(name: string, signal: AbortSignal): Promise<Document> {
      const properties = await abortable(blob(name).getProperties({ abortSignal: signal }), signal)
      return toDocument(name, properties)
    },

    /**
     * Lends out a document, or a range of it, as a stream, which ends with `work`.
     *
     * Waits for its turn while many are being read. Where Azure breaks off, the stream goes on with the next byte of the
     * same version of the document, a few times; then it fails.
     *
     * @throws {BusyError} when too many wait already, or the turn does not come in time
     * @throws {SlowReaderError} when the reader is slow and others wait
     */
    async read<T>(
      name: string,
      { client, signal, ...options }: ReadOptions,
      work: (document: Document, body: Readable) => Promise<T>,
    ): Promise<T> {
      const turn = await queue.turn(client, signal)
      const ended = AbortSignal.any([signal, turn.signal])
      try {
        return await abortable(lend(name, { ...options, signal: ended }, turn, work), ended)
      } finally {
        turn.end()
      }
    },
  }

  async function listPage({ prefix, limit, cursor }: ListQuery, signal: AbortSignal) {
    const pages = container
      .listBlobsFlat({ prefix, abortSignal: signal })
      .byPage({ maxPageSize: limit, ...(cursor && { continuationToken: cursor }) })
    const { value } = await pages.next()
    const page: ContainerListBlobFlatSegmentResponse | undefined = value
    const blobs = page?.segment.blobItems ?? []
    return {
      documents: blobs.map((blob) => toDocument(blob.name, blob.properties)),
      next: page?.continuationToken || null,
    }
  }

  async function lend<T>(
    name: string,
    { signal, known, range }: Omit<ReadOptions, 'client'>,
    { pace }: Turn,
    work: (document: Document, body: Readable) => Promise<T>,
  ): Promise<T> {
    const first = await open(name, signal, range, known?.etag)
    const document = known ?? toDocument(name, first.response)
    const { start, end } = range ?? { start: 0, end: document.size - 1 }
    const body = resumable(first.body, {
      bytes: end - start + 1,
      reopen: async (offset, attempt) =>
        (await open(name, attempt, { start: start + offset, end }, document.etag)).body,
      signal,
      limits,
    })
    const stream = Readable.from(pace.follow(body), { objectMode: false })
    try {
      return await work(document, stream)
    } finally {
      stream.destroy()
      first.body.destroy()
    }
  }

  async function open(name: string, signal: AbortSignal, range?: ByteRange, etag?: string) {
    const request = blob(name).download(range?.start, range && range.end - range.start + 1, {
      abortSignal: signal,
      conditions: etag ? { ifMatch: etag } : {},
    })
    return abortable(request.then(opened), signal)
  }

  function blob(name: string) {
    const client = container.getBlobClient(name)
    // The SDK resolves `..` in a name, which can lead to another container. Routes refuse such names; this is the net below.
    if (!client.url.startsWith(`${container.url}/`))
      throw new RangeError('The name leads out of the container.')
    return client
  }
}

function opened(response: BlobDownloadResponseParsed) {
  // Node.js always gets a stream; the SDK's type leaves it open because a browser gets a blob.
  const body = response.readableStreamBody as Readable
  // Whoever reads it meets its error. One that comes while nobody does would end the process without a listener.
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

// A listing gives entity tags without the quotes that belong to them (RFC 9110, 8.8.3); a download gives them with.
function quoted(etag: string): string {
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`
}
