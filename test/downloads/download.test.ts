import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BlobServiceClient } from '@azure/storage-blob'
import { url } from '../../src/routes/documents.ts'
import { startApp } from '../support/start-app.ts'

describe('a download', () => {
  it('has the language that is stored with the blob, and none when there is none', async (t) => {
    const { cloud, request } = await startApp(t)
    const { blobs, identity } = cloud
    for (const name of ['in German.txt', 'in no language.txt']) await blobs.put(name, 'Guten Tag')
    await new BlobServiceClient(blobs.endpoint, identity.credential(identity.deployer))
      .getContainerClient(blobs.containerName)
      .getBlobClient('in German.txt')
      .setHTTPHeaders({ blobContentLanguage: 'de' })

    await request.get(`${url}/in%20German.txt`).expect(200).expect('Content-Language', 'de')
    await request
      .get(`${url}/in%20no%20language.txt`)
      .expect(200)
      .expect(({ headers }) => assert.ok(!('content-language' in headers)))
  })
})
