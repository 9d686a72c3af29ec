// Listings of blobs in Apache Arrow, for clients that ask for it: Azurite itself answers in XML.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { BlobItem, BlobPrefix, BlobServiceClient } from '@azure/storage-blob'
import {
  Bool,
  type DataType,
  Int64,
  Table,
  TimestampMillisecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import type { Answer } from '../http.ts'

const mediaType = 'application/vnd.apache.arrow.stream'

type Item = Partial<BlobItem> & Pick<BlobPrefix, 'name'>
type Column = [type: () => DataType, value: (item: Item) => unknown]

const text = (value: (item: Item) => string | undefined): Column => [
  () => new Utf8(),
  (item) => value(item) ?? null,
]
const date = (value: (item: Item) => Date | undefined): Column => [
  () => new TimestampMillisecond(),
  (item) => value(item)?.getTime() ?? null,
]

/** The columns that clients read, as far as Azurite knows their values. */
const columns: Record<string, Column> = {
  Name: text(({ name }) => name),
  ResourceType: text(({ properties }) => (properties ? 'blob' : 'blobprefix')),
  'Creation-Time': date(({ properties }) => properties?.createdOn),
  'Last-Modified': date(({ properties }) => properties?.lastModified),
  Etag: text(({ properties }) => properties?.etag),
  'Content-Length': [
    () => new Int64(),
    ({ properties }) => (properties?.contentLength === undefined ? null : BigInt(properties.contentLength)),
  ],
  'Content-Type': text(({ properties }) => properties?.contentType),
  'Content-Encoding': text(({ properties }) => properties?.contentEncoding),
  'Content-Language': text(({ properties }) => properties?.contentLanguage),
  'Content-MD5': text(
    ({ properties }) => properties?.contentMD5 && Buffer.from(properties.contentMD5).toString('base64'),
  ),
  'Content-Disposition': text(({ properties }) => properties?.contentDisposition),
  'Cache-Control': text(({ properties }) => properties?.cacheControl),
  BlobType: text(({ properties }) => properties?.blobType),
  LeaseStatus: text(({ properties }) => properties?.leaseStatus),
  LeaseState: text(({ properties }) => properties?.leaseState),
  ServerEncrypted: [() => new Bool(), ({ properties }) => properties?.serverEncrypted ?? null],
  AccessTier: text(({ properties }) => properties?.accessTier),
}

/**
 * Prepares to answer listings in Arrow.
 *
 * @returns a function that returns undefined for all other requests, and for those that Azurite refuses
 */
export function createArrowListings(azurite: BlobServiceClient) {
  return async ({ method, url = '/', headers }: IncomingMessage): Promise<Answer | undefined> => {
    const { pathname, searchParams: query } = new URL(url, 'https://localhost')
    const container = /^\/[^/]+\/([^/]+)$/.exec(pathname)?.[1]
    const wanted =
      headers.accept?.includes(mediaType) && query.get('comp') === 'list' && !query.has('include')
    if (method !== 'GET' || !container || !wanted) return undefined
    try {
      const { items, next } = await list(azurite, decodeURIComponent(container), query)
      const body = Readable.from([Buffer.from(tableToIPC(tableOf(items, next), 'stream'))])
      return {
        status: 200,
        headers: {
          'content-type': mediaType,
          'x-ms-request-id': randomUUID(),
          'x-ms-version': headers['x-ms-version'],
        },
        body,
      }
    } catch {
      return undefined
    }
  }
}

async function list(azurite: BlobServiceClient, containerName: string, query: URLSearchParams) {
  const container = azurite.getContainerClient(containerName)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter')
  const found = delimiter
    ? container.listBlobsByHierarchy(delimiter, { prefix })
    : container.listBlobsFlat({ prefix })
  const marker = query.get('marker')
  const pages = found.byPage({
    maxPageSize: Number(query.get('maxresults') ?? 5000),
    ...(marker && { continuationToken: marker }),
  })
  const { value } = await pages.next()
  const { blobItems, blobPrefixes = [] } = value.segment
  return {
    items: [...blobPrefixes, ...blobItems] as Item[],
    next: value.continuationToken as string | undefined,
  }
}

function tableOf(items: Item[], next = ''): Table {
  const vectors = Object.entries(columns).map(([name, [type, value]]) => [
    name,
    vectorFromArray(items.map(value), type()),
  ])
  const table = new Table(Object.fromEntries(vectors))
  table.schema.metadata.set('NextMarker', next)
  return table
}
