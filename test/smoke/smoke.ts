// Opens every page of a running site: npm run test:smoke -- <address>
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'

/** How long to retry: a paused database takes about a minute to wake. */
const RETRY_MS = 180_000

const address = process.argv[2] ?? ''
assert.ok(URL.canParse(address), 'Usage: npm run test:smoke -- <address>')

const { pages } = await (await open('/', 'application/json')).json()

describe(address, () => {
  it('is alive', async () => {
    const response = await open('/healthz', 'application/json')
    assert.deepEqual([response.status, await response.json()], [200, { status: 'ok' }])
  })

  it('has pages', () => assert.ok(pages.length > 1, JSON.stringify(pages)))

  for (const { url } of [{ url: '/' }, ...pages]) {
    it(`shows ${url} to browsers and programs`, async () => {
      for (const type of ['text/html', 'application/json']) {
        const response = await open(url, type)
        const body = await response.text()
        assert.equal(response.status, 200, `${type}: ${body}`)
        assert.ok(
          response.headers.get('Content-Type')?.startsWith(type),
          response.headers.get('Content-Type') ?? '',
        )
      }
    })
  }

  it('responds with 404 to an unknown address', async () => {
    assert.equal((await open('/no-such-page', 'text/html')).status, 404)
  })

  it('sends its security headers', async () => {
    const { headers } = await open('/', 'text/html')
    assert.match(headers.get('Content-Security-Policy') ?? '', /default-src 'none'/)
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff')
    assert.equal(headers.get('X-Powered-By'), null)
  })

  // On a laptop the site has no https.
  if (address.startsWith('https:')) {
    it('redirects http to https', async () => {
      const response = await fetch(address.replace('https:', 'http:'), { redirect: 'manual' })
      assert.ok([301, 307, 308].includes(response.status), String(response.status))
      assert.match(response.headers.get('Location') ?? '', /^https:/)
    })
  }
})

/** Requests a page, and retries while the site responds with 503 or 504: a service is waking up, or a role is not yet in effect. */
async function open(path: string, accept: string): Promise<Response> {
  const end = Date.now() + RETRY_MS
  for (;;) {
    const response = await fetch(new URL(path, address), { headers: { Accept: accept } })
    const seconds = Number(response.headers.get('Retry-After'))
    const busy = response.status === 503 || response.status === 504
    if (!busy || Date.now() + seconds * 1000 > end) return response
    await response.body?.cancel()
    await setTimeout(Math.max(1, seconds) * 1000)
  }
}
