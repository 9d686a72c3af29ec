// Puts the sample documents into the container.
import { createHash } from 'node:crypto'
import { ContainerClient } from '@azure/storage-blob'
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
  for (const { name, contentType, body } of documents) {
    const md5 = createHash('md5').update(body).digest()
    if (there.has(name)) {
      const same = Buffer.from(there.get(name) ?? []).equals(md5)
      outcome[same ? 'unchanged' : 'changed'].push(name)
      continue
    }
    await client.getBlockBlobClient(name).upload(body, body.length, {
      abortSignal,
      blobHTTPHeaders: { blobContentType: contentType, blobContentMD5: md5 },
      conditions: { ifNoneMatch: '*' },
    })
    outcome.uploaded.push(name)
  }
  return outcome
}
