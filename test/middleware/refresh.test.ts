// The pages for what passes by itself: a database that wakes up, a role that is on its way.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { linksIn } from '../support/html.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'

const forEver = { times: Infinity }

describe('a page whose database is asleep', () => {
  it('says so, and has the browser ask again with the same query', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.sql.logins.failNext(40613, forEver)

    const { headers, text } = await request
      .get(`${productsUrl}?search=caf%C3%A9+%26+tea&pageSize=5`)
      .expect(503)

    assert.match(text, /<h1>The database is waking up<\/h1>/)
    assert.equal(headers['retry-after'], '10')
    assert.equal(headers.refresh, `10; url=${productsUrl}?search=caf%C3%A9+%26+tea&pageSize=5&attempt=2`)
    assert.equal(headers['cache-control'], 'no-store')
  })

  it('asks less and less often, and not after the sixth time', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.sql.logins.failNext(40613, forEver)

    const waits: number[] = []
    let url = `${productsUrl}?page=2`
    for (;;) {
      const { headers, text } = await request.get(url).expect(503)
      const [, seconds, next] = /^(\d+); url=(.+\?page=2&attempt=\d)$/.exec(headers.refresh ?? '') ?? []
      if (!next) {
        assert.equal(headers.refresh, undefined)
        assert.match(text, /has tried 6 times and has stopped/)
        break
      }
      waits.push(Number(seconds))
      url = next
    }

    assert.equal(url, `${productsUrl}?page=2&attempt=6`)
    assert.deepEqual(waits, [10, 15, 20, 25, 30])
  })

  for (const attempt of ['7', '999']) {
    it(`does not ask again at attempt ${attempt}`, async (t) => {
      const { cloud, request } = await startApp(t)
      cloud.sql.logins.failNext(40613, forEver)
      const { headers } = await request.get(`${productsUrl}?attempt=${attempt}`).expect(503)
      assert.equal(headers.refresh, undefined)
    })
  }

  for (const attempt of ['', '0', '-1', 'x', '1.5', '1e9', '2&attempt=3']) {
    it(`counts on from the start or from what can be read of "attempt=${attempt}"`, async (t) => {
      const { cloud, request } = await startApp(t)
      cloud.sql.logins.failNext(40613, forEver)
      const { headers } = await request.get(`${productsUrl}?attempt=${attempt}`).expect(503)
      assert.match(headers.refresh ?? '', /^\d+; url=\/[a-z]+\?attempt=[23]$/)
    })
  }

  it('tells JSON clients when to come again, and leaves the asking to them', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.sql.logins.failNext(40613, forEver)
    const { headers } = await request.get(productsUrl).set('Accept', 'application/json').expect(503)
    assert.equal(headers.refresh, undefined)
    assert.equal(headers['retry-after'], '10')
  })
})

describe('a page whose service does not let the site in yet', () => {
  it('says so, and has the browser ask again', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.blobs.faults.failNext(403)

    const { headers, text } = await request.get(`${documentsUrl}?prefix=a%2F`).expect(503)

    assert.match(text, /<h1>Azure refused access<\/h1>/)
    assert.equal(headers.refresh, `30; url=${documentsUrl}?prefix=a%2F&attempt=2`)
    await request.get(`${documentsUrl}?prefix=a%2F&attempt=2`).expect(200)
  })
})

describe('any other page', () => {
  it('passes on how long Azure asks to wait', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.blobs.faults.failNext(503, { ...forEver, headers: { 'retry-after': '17' } })
    await request.get(documentsUrl).expect(503).expect('Retry-After', '17')
  })

  it('does not ask again', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.blobs.faults.failNext(503, forEver)
    assert.equal((await request.get(documentsUrl).expect(503)).headers.refresh, undefined)
    assert.equal((await request.get('/nothing').expect(404)).headers.refresh, undefined)
    assert.equal((await request.get(productsUrl).expect(200)).headers.refresh, undefined)
  })

  for (const target of [
    '//evil.example/login',
    '/\\evil.example/login',
    '///evil.example/login',
    '\\\\evil.example',
    'http://evil.example/login',
  ]) {
    it(`links to this host only, whatever was asked for: ${target}`, async (t) => {
      const { origin } = await startApp(t, {}, { RATE_LIMIT_PER_MINUTE: '1' })
      await rawRequest(origin, '/')

      const { status, body } = await rawRequest(origin, target)

      if (status === 400) return
      assert.equal(status, 429)
      const hosts = linksIn(body.toString()).map((url) => new URL(url, 'http://site.example/').host)
      assert.deepEqual([...new Set(hosts)], ['site.example'])
    })
  }

  it('takes the count for no query of its own, and links without it', async (t) => {
    const { request } = await startApp(t)
    for (const path of [
      `${documentsUrl}?limit=1&attempt=3`,
      `${productsUrl}?attempt=3&page=2`,
      '/?attempt=2',
    ]) {
      const { text } = await request.get(path).expect(200)
      assert.ok(!linksIn(text).some((url) => url.includes('attempt')), path)
    }
  })
})
