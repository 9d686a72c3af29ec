// What the local cloud starts with in `npm run dev` and in tests.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleDocuments } from '../../../infra/hooks/documents/sample-documents.ts'
import { cloud } from '../../support/cloud.ts'

const { blobs, identity, sql } = cloud

async function get(url: string, resource: string): Promise<Response> {
  const authorization = `Bearer ${identity.issue(identity.app, resource)}`
  const response = await fetch(url, { headers: { authorization, 'x-ms-version': '2025-11-05' } })
  assert.equal(response.status, 200, url)
  return response
}

describe('the seed of the local cloud', () => {
  it('has the sample documents, whatever they are called', async () => {
    for (const { name, body, contentType } of sampleDocuments()) {
      const url = `${blobs.endpoint}/${blobs.containerName}/${encodeURIComponent(name)}`
      const response = await get(url, 'https://storage.azure.com')

      assert.equal(response.headers.get('content-type'), contentType)
      assert.ok(body.equals(Buffer.from(await response.arrayBuffer())), name)
    }
  })

  it('has the products, and a user for the site', async () => {
    assert.deepEqual(await sql.execute('SELECT COUNT(*) AS n FROM dbo.Products'), [{ n: 113 }])
    assert.deepEqual(
      await sql.execute("SELECT name FROM sys.database_principals WHERE type = 'E' AND name <> 'dbo'"),
      [{ name: identity.app.name }],
    )
  })
})
