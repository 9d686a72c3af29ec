import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linksIn, textOf } from '../support/html.ts'
import { pages, startApp } from '../support/start-app.ts'

describe('GET /', () => {
  it('links every page of the site', async (t) => {
    const { request } = await startApp(t)

    const response = await request.get('/').expect(200).expect('Content-Type', /html/)

    for (const { url } of pages) {
      assert.match(response.text, new RegExp(`<a href="${url}"`))
    }
  })

  it('says what the identity may do on each service, and leads to the code that does it', async (t) => {
    const { request } = await startApp(t)

    const { text } = await request.get('/').expect(200)

    const words = textOf(text)
    assert.match(words, /It may also publish metrics .* and nothing else\./)
    for (const { url, access, sources } of pages) {
      assert.ok(words.includes(`${access.service} Role ${access.role} Granted on ${access.scope}`))
      assert.ok(linksIn(text).includes(`${url}#${sources.at(-1)}`))
    }
  })

  it('tells in a picture and in words where a secret would have been', async (t) => {
    const { request } = await startApp(t)

    const { text } = await request.get('/').expect(200)

    const [svg = ''] = /<svg[\s\S]*<\/svg>/.exec(text) ?? []
    assert.match(svg, /role="img" aria-labelledby="diagram-title diagram-text"/)
    const [, description = ''] = /<desc id="diagram-text">([\s\S]*?)<\/desc>/.exec(svg) ?? []
    for (const secret of ['connection string', 'account key', 'client secret', 'password']) {
      assert.ok(textOf(description).includes(secret), secret)
      assert.match(svg, new RegExp(`<text[^>]*>${secret}</text>`))
    }
  })

  it('lists the pages as JSON', async (t) => {
    const { request } = await startApp(t)

    const response = await request.get('/').set('Accept', 'application/json').expect(200)

    assert.deepEqual(
      response.body.pages.map(({ url }: { url: string }) => url),
      [...pages.map(({ url }) => url), '/readyz'],
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
