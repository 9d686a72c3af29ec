import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rawRequest } from '../support/raw-request.ts'
import { pages, startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }

describe('any page', () => {
  const accepts: [accept: string | undefined, type: RegExp][] = [
    [undefined, /^text\/html/],
    ['*/*', /^text\/html/],
    ['text/html,application/xhtml+xml,*/*;q=0.8', /^text\/html/],
    ['image/png', /^text\/html/],
    ['application/json', /^application\/json/],
    ['application/json, text/html;q=0.5', /^application\/json/],
    ['application/json;q=0.5, text/html', /^text\/html/],
  ]
  for (const [accept, type] of accepts) {
    it(`answers Accept: ${accept} with ${type.source}`, async (t) => {
      const { origin } = await startApp(t)
      for (const path of ['/', ...pages.map(({ url }) => url)]) {
        const { status, headers } = await rawRequest(origin, path, {
          headers: accept === undefined ? {} : { Accept: accept },
        })
        assert.equal(status, 200, path)
        assert.match(headers['content-type'] ?? '', type, path)
        assert.match(headers.vary ?? '', /\bAccept(,|$)/, path)
      }
    })
  }

  it('answers HEAD like GET, without the body', async (t) => {
    const { origin } = await startApp(t)
    for (const path of ['/', ...pages.map(({ url }) => url), '/healthz', '/readyz']) {
      const { status, headers, body } = await rawRequest(origin, path, { method: 'HEAD' })
      assert.equal(status, 200, path)
      assert.ok(Number(headers['content-length']) > 0, path)
      assert.equal(body.length, 0, path)
    }
  })

  it('keeps browsers from running, framing or guessing anything', async (t) => {
    const { request } = await startApp(t)

    const { headers } = await request.get('/').expect(200)

    const policy = headers['content-security-policy'] ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|upgrade-insecure-requests|script-src/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['x-powered-by'], undefined)
  })

  it('may be kept by the browser and has to be asked for again, or may not be kept at all', async (t) => {
    const { request } = await startApp(t)
    for (const path of ['/', ...pages.map(({ url }) => url)]) {
      const { headers } = await request.get(path).expect(200)
      assert.match(headers['cache-control'] ?? '', /^(private, no-cache|no-store)$/, path)
      assert.match(headers.etag ?? '', /^W\//)
    }
  })

  it('carries a request id of its own, which the log has too', async (t) => {
    const { request, logged } = await startApp(t)

    const response = await request.get('/').set('x-request-id', 'chosen by the visitor')

    const id = response.headers['x-request-id'] ?? ''
    assert.match(id, /^[0-9a-f-]{36}$/)
    assert.ok(logged.some((line) => JSON.parse(line).requestId === id))
  })
})

describe('an address that is not there', () => {
  for (const path of ['/nothing', ...pages.map(({ url }) => `${url}x`), '/.env', '/%2e%2e/x']) {
    it(`answers ${path} with 404`, async (t) => {
      const { origin } = await startApp(t)
      assert.equal((await rawRequest(origin, path)).status, 404)
    })
  }

  it('describes the problem to JSON clients', async (t) => {
    const { request } = await startApp(t)

    const response = await request.get('/nothing').set(json).expect(404)

    assert.match(response.headers['content-type'] ?? '', /^application\/problem\+json/)
    assert.deepEqual(response.body, {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such page.',
      requestId: response.headers['x-request-id'],
    })
  })

  it('describes it to clients that ask for problem details by name', async (t) => {
    const { request } = await startApp(t)
    const response = await request.get('/nothing').set('Accept', 'application/problem+json').expect(404)
    assert.equal(JSON.parse(response.text).status, 404)
  })

  it('shows browsers a page with the request id', async (t) => {
    const { request } = await startApp(t)
    const response = await request.get('/nothing').set('Accept', 'text/html').expect(404)
    assert.match(response.text, /<h1>Not Found<\/h1>/)
    assert.ok(response.text.includes(response.headers['x-request-id'] ?? '-'))
  })

  it('repeats nothing of the address', async (t) => {
    const { request } = await startApp(t)
    const response = await request.get('/<script>alert(1)</script>').expect(404)
    assert.doesNotMatch(response.text, /alert/)
  })
})

describe('another method than GET and HEAD', () => {
  const paths = ['/', ...pages.flatMap(({ url }) => [url, `${url}/a%20b`]), '/healthz', '/readyz', '/nothing']
  for (const path of paths) {
    it(`is refused by ${path} with 405 and Allow`, async (t) => {
      const { origin } = await startApp(t)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
        const { status, headers } = await rawRequest(origin, path, { method, headers: json })
        assert.equal(status, 405, method)
        assert.equal(headers.allow, 'GET, HEAD', method)
      }
    })
  }

  it('is told by OPTIONS which methods there are', async (t) => {
    const { origin } = await startApp(t)
    const { headers } = await rawRequest(origin, '/', { method: 'OPTIONS' })
    assert.match(headers.allow ?? '', /GET.*HEAD/)
  })
})
