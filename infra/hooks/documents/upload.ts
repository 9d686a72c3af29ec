// Puts the sample documents into the container.
import { createHash } from 'node:crypto'
import { type BlockBlobClient, ContainerClient, RestError } from '@azure/storage-blob'
import type { Settings } from '../shared/settings.ts'
import type { SignIn } from '../shared/sign-in.ts'
import type { SampleDocument } from './sample-documents.ts'

export type Outcome = {
  uploaded: string[]
  /** There already, as the sample has them. */
  unchanged: string[]
  /** There already, with another content: somebody's work, and left alone. */
  changed: string[]
}

/** For one attempt at all documents, over a slow line. */
const attemptMs = 5 * 60_000

/**
 * Uploads the documents that are not there yet, each in one request: it is there as a whole or not at all. Deletes and
 * overwrites nothing.
 *
 * @throws RestError for what storage refuses; what was uploaded by then stays
 */
export async function upload(
  documents: SampleDocument[],
  { endpoint, container }: Settings['storage'],
  signIn: SignIn,
  signal: AbortSignal,
): Promise<Outcome> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)])
  const client = new ContainerClient(`${endpoint}/${container}`, signIn)
  const there = new Map<string, Uint8Array | undefined>()
  for await (const { name, properties } of client.listBlobsFlat({ abortSignal })) {
    there.set(name, properties.contentMD5)
  }

  const outcome: Outcome = { uploaded: [], unchanged: [], changed: [] }
  for (const document of documents) {
    const { name, body } = document
    const md5 = createHash('md5').update(body).digest()
    const blob = client.getBlockBlobClient(name)
    if (!there.has(name) && (await create(blob, document, md5, abortSignal))) {
      outcome.uploaded.push(name)
      continue
    }
    const stored = there.get(name) ?? (await blob.getProperties({ abortSignal })).contentMD5 ?? []
    outcome[md5.equals(Buffer.from(stored)) ? 'unchanged' : 'changed'].push(name)
  }
  return outcome
}

/** Gives whether the blob was created: somebody else may have been quicker since the listing. */
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
