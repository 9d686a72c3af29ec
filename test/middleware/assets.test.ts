import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from 'node:zlib'
import { url } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { rawRequest } from '../support/raw-request.ts'
import { pages, startApp } from '../support/start-app.ts'

describe('the style sheet and the icon', () => {
  it('have an address of their own for each version, and are kept for a year', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get('/').expect(200)
    const urls = [...text.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, url]) => url ?? '')

    assert.equal(urls.length, 2)
    for (const url of urls) {
      assert.match(url, /^\/assets\/[0-9a-f]{16}\//)
      const { headers } = await request.get(url).expect(200)
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    }
  })

  it('are served under the fingerprint of another version too, and not kept under it', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get('/assets/0123456789abcdef/site.css').expect(200)
    assert.equal(text, await readFile(new URL('../../public/site.css', import.meta.url), 'utf8'))
    await request.get('/assets/0123456789abcdef/site.css').expect('Cache-Control', 'no-cache')
  })

  it('are not sent again to browsers that have them', async (t) => {
    const { request } = await startApp(t)
    const url = '/assets/0123456789abcdef/site.css'
    const { headers } = await request.get(url).expect(200)

    for (const condition of [
      { 'If-None-Match': headers.etag ?? '' },
      { 'If-Modified-Since': headers['last-modified'] ?? '' },
    ]) {
      await request.get(url).set(condition).expect(304)
    }
  })

  it('are not found elsewhere', async (t) => {
    const { request } = await startApp(t)
    for (const path of ['/assets/site.css', '/site.css', '/assets/0123456789abcdef/none.css', '/assets/']) {
      await request.get(path).expect(404)
    }
  })

  it('load nothing from another host', async () => {
    const css = await readFile(new URL('../../public/site.css', import.meta.url), 'utf8')
    assert.doesNotMatch(css, /@import|url\(|https?:/)
  })
})

describe('what browsers and crawlers ask for by custom', () => {
  it('is an icon', async (t) => {
    const { request } = await startApp(t)
    const { headers } = await request.get('/favicon.ico').expect(200)
    assert.match(headers['content-type'] ?? '', /^image\/svg\+xml/)
  })

  it('is a list of pages that would keep the database awake', async (t) => {
    const { request } = await startApp(t)
    const closed = pages.filter(({ crawlable }) => crawlable === false).map(({ url }) => url)

    const { text, headers } = await request.get('/robots.txt').expect(200)

    assert.ok(closed.length > 0)
    assert.match(headers['content-type'] ?? '', /^text\/plain/)
    assert.deepEqual(
      text.split('\n').filter((line) => line.startsWith('Disallow')),
      [...closed.sort(), '/readyz'].map((url) => `Disallow: ${url}`),
    )
  })

  for (const path of ['/favicon.ico', '/robots.txt', '/assets/0123456789abcdef/site.css']) {
    it(`cannot be changed: POST ${path}`, async (t) => {
      const { request } = await startApp(t)
      await request.post(path).expect(405).expect('Allow', 'GET, HEAD')
    })
  }
})

describe('compression', () => {
  const decoders = { gzip: gunzipSync, br: brotliDecompressSync }
  for (const [encoding, decode] of Object.entries(decoders)) {
    it(`packs pages with ${encoding} for browsers that take it`, async (t) => {
      const { origin } = await startApp(t)
      for (const path of ['/', ...pages.map(({ url }) => url), '/nothing']) {
        const { headers, body } = await rawRequest(origin, path, { headers: { 'Accept-Encoding': encoding } })
        assert.equal(headers['content-encoding'], encoding, path)
        assert.match(headers.vary ?? '', /\bAccept(,|$)/, path)
        assert.match(headers.vary ?? '', /\bAccept-Encoding\b/, path)
        assert.match(decode(body).toString(), /<\/html>\s*$/)
      }
    })
  }

  it('packs the style sheet', async (t) => {
    const { origin } = await startApp(t)
    const page = await rawRequest(origin, '/')
    const url = /href="([^"]+\.css)"/.exec(page.body.toString())?.[1] ?? ''
    const { headers } = await rawRequest(origin, url, { headers: { 'Accept-Encoding': 'gzip' } })
    assert.equal(headers['content-encoding'], 'gzip')
  })

  it('says how long a packed page is, and leaves short answers as they are', async (t) => {
    const { origin } = await startApp(t)
    const headers = { 'Accept-Encoding': 'br, gzip' }

    const page = await rawRequest(origin, '/', { headers })
    const short = await rawRequest(origin, '/healthz', { headers })

    // gzip takes less time than Brotli for what is packed once only.
    assert.equal(page.headers['content-encoding'], 'gzip')
    assert.equal(page.headers['content-length'], String(page.body.length))
    assert.equal(short.headers['content-encoding'], undefined)
    assert.match(short.headers.vary ?? '', /\bAccept-Encoding\b/)
  })

  it('takes no longer for a browser that asks for Brotli alone', async (t) => {
    const { origin } = await startApp(t)

    const { body } = await rawRequest(origin, '/', { headers: { 'Accept-Encoding': 'br' } })

    // The slowest quality is the default of zlib, and takes fifty times as long.
    const page = brotliDecompressSync(body)
    const quick = brotliCompressSync(page, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
    assert.equal(body.length, quick.length)
    assert.notEqual(body.length, brotliCompressSync(page).length)
  })

  it('packs a file once, as small as it gets', async (t) => {
    const { app } = await startApp(t)
    const packed = async () => {
      const chunks: unknown[] = []
      const response = new ServerResponse(new IncomingMessage(new Socket()))
      response.end = (chunk?: unknown) => {
        chunks.push(chunk)
        return response
      }
      const request = Object.assign(new IncomingMessage(new Socket()), {
        method: 'GET',
        url: app.locals.assets.url('site.css'),
        headers: { 'accept-encoding': 'gzip, br' },
      })
      app(request, response)
      await eventually(() => chunks.length === 1)
      return chunks[0] as Buffer
    }
    const [first, second] = [await packed(), await packed()]

    assert.equal(first, second)
    const css = brotliDecompressSync(first)
    assert.match(css.toString(), /:root/)
    assert.equal(first.length, brotliCompressSync(css).length)
  })

  it('sends pages as they are to browsers that take no encoding', async (t) => {
    const { origin } = await startApp(t)
    const { headers } = await rawRequest(origin, '/')
    assert.equal(headers['content-encoding'], undefined)
    assert.match(headers.vary ?? '', /\bAccept-Encoding\b/)
  })

  it('leaves downloads alone, with their length, ranges and bytes', async (t) => {
    const { cloud, origin } = await startApp(t)
    const text = 'easy to pack '.repeat(1000)
    await cloud.blobs.put('packable.txt', text, { contentType: 'text/plain' })
    const get = (headers: Record<string, string>) =>
      rawRequest(origin, `${url}/packable.txt`, {
        headers: { 'Accept-Encoding': 'gzip, br', ...headers },
      })

    const whole = await get({})
    const part = await get({ Range: 'bytes=8-99' })

    for (const { headers } of [whole, part]) {
      assert.equal(headers['content-encoding'], undefined)
      assert.equal(headers.vary, 'Accept')
    }
    assert.equal(whole.headers['content-length'], String(text.length))
    assert.equal(whole.body.toString(), text)
    assert.equal(part.status, 206)
    assert.equal(part.body.toString(), text.slice(8, 100))
  })
})
