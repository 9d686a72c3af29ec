// Uploads the sample documents to the container.
import { createHash } from 'node:crypto'
import { type BlockBlobClient, ContainerClient, RestError } from '@azure/storage-blob'
import type { Settings } from '../shared/settings.ts'
import type { SignIn } from '../shared/sign-in.ts'
import type { SampleDocument } from './sample-documents.ts'

export type Outcome = {
  uploaded: string[]
  /** Exist already, with the same content. */
  unchanged: string[]
  /** Exist already, with different content. Somebody may have edited them, so they are not overwritten. */
  changed: string[]
}

/** Time limit for uploading all documents, over a slow connection. */
const uploadMs = 5 * 60_000

/**
 * Uploads the documents that do not exist yet, each in one request, so that no partial document is left. Deletes and
 * overwrites nothing.
 *
 * @throws RestError when storage refuses a request; documents uploaded before that stay
 */
export async function upload(
  documents: SampleDocument[],
  { endpoint, container }: Settings['storage'],
  signIn: SignIn,
  signal: AbortSignal,
): Promise<Outcome> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(uploadMs)])
  const client = new ContainerClient(`${endpoint}/${container}`, signIn)
  const existing = new Map<string, Uint8Array | undefined>()
  for await (const { name, properties } of client.listBlobsFlat({ abortSignal })) {
    existing.set(name, properties.contentMD5)
  }

  const outcome: Outcome = { uploaded: [], unchanged: [], changed: [] }
  for (const document of documents) {
    const { name, body } = document
    const md5 = createHash('md5').update(body).digest()
    const blob = client.getBlockBlobClient(name)
    if (!existing.has(name) && (await create(blob, document, md5, abortSignal))) {
      outcome.uploaded.push(name)
      continue
    }
    const stored = existing.get(name) ?? (await blob.getProperties({ abortSignal })).contentMD5 ?? []
    outcome[md5.equals(Buffer.from(stored)) ? 'unchanged' : 'changed'].push(name)
  }
  return outcome
}

/** Returns whether the blob was created: another run may have created it since the listing. */
async function create(
  blob: BlockBlobClient,
  { contentType, body }: SampleDocument,
  md5: Buffer,
  abortSignal: AbortSignal,
): Promise<boolean> {
  try {
    await blob.upload(body, body.length, {
      abortSignal,
      blobHTTPHeaders: { blobContentType: contentType, blobContentMD5: md5 },
      conditions: { ifNoneMatch: '*' },
    })
    return true
  } catch (error) {
    if (error instanceof RestError && error.code === 'BlobAlreadyExists') return false
    throw error
  }
}
