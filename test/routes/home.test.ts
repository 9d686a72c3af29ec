import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startApp } from '../support/start-app.ts'

describe('GET /', () => {
  it('links every page of the site', async (t) => {
    const { request } = await startApp(t)

    const response = await request.get('/').expect(200).expect('Content-Type', /html/)

    for (const url of ['/documents', '/secret', '/products']) {
      assert.match(response.text, new RegExp(`<a href="${url}"`))
    }
  })

  it('lists the pages as JSON', async (t) => {
    const { request } = await startApp(t)

    const response = await request.get('/').set('Accept', 'application/json').expect(200)

    assert.deepEqual(
      response.body.pages.map(({ url }: { url: string }) => url),
      ['/documents', '/secret', '/products', '/readyz'],
    )
  })

  it('asks nothing of Azure', async (t) => {
    const { cloud, request } = await startApp(t)
    const before = cloud.identity.requests.length + cloud.blobs.requests.length + cloud.vault.requests.length

    await request.get('/').expect(200)

    const after = cloud.identity.requests.length + cloud.blobs.requests.length + cloud.vault.requests.length
    assert.equal(after, before)
  })
})
