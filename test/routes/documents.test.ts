import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { url } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { largeDocument, storeLargeDocument } from '../support/large-document.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }
const encoded = (name: string) => `${url}/${encodeURIComponent(name)}`

describe(`GET ${url}/{name}`, () => {
  it('streams the blob as an attachment', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('plan & budget.txt', 'hello', { contentType: 'text/plain' })

    const response = await request.get(`${url}/plan%20%26%20budget.txt`).expect(200)

    assert.equal(response.text, 'hello')
    assert.equal(response.headers['content-disposition'], 'attachment; filename="plan & budget.txt"')
    assert.equal(response.headers['content-length'], '5')
    assert.equal(response.headers['accept-ranges'], 'bytes')
    assert.equal(response.headers['cache-control'], 'private, no-cache')
    assert.equal(response.headers['x-content-type-options'], 'nosniff')
    assert.match(response.headers.etag ?? '', /^"[^"]+"$/)
    assert.ok(Math.abs(Date.parse(response.headers['last-modified'] ?? '') - Date.now()) < 60_000)
  })

  it('gives every byte', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = randomBytes(3 * 1024 * 1024 + 7)
    await cloud.blobs.put('every byte.bin', bytes)

    const { body } = await rawRequest(origin, encoded('every byte.bin'))

    assert.equal(sha256(body), sha256(bytes))
  })

  it('gives an empty document', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('empty', '')
    const response = await request.get(`${url}/empty`).expect(200)
    assert.equal(response.headers['content-length'], '0')
  })

  it('asks Azure once for a plain download', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('once.txt', 'hello')
    const before = cloud.blobs.requests.length

    await request.get(`${url}/once.txt`).expect(200)

    assert.equal(cloud.blobs.requests.length - before, 1)
  })

  const types = ['text/html', 'image/svg+xml', 'text/plain; charset=iso-8859-1', 'TEXT/X-Odd;a=b', 'json']
  for (const contentType of types) {
    it(`repeats the stored type ${contentType} exactly`, async (t) => {
      const { cloud, origin } = await startApp(t)
      await cloud.blobs.put('typed', '<script>alert(1)</script>', { contentType })

      const { headers } = await rawRequest(origin, `${url}/typed`)

      assert.equal(headers['content-type'], contentType)
      assert.match(headers['content-disposition'] ?? '', /^attachment/)
    })
  }

  it('passes on what was stored compressed as it is, and says so', async (t) => {
    const { cloud, origin } = await startApp(t)
    const compressed = gzipSync('hello '.repeat(1000))
    await cloud.blobs.put('compressed.txt', compressed, { contentEncoding: 'gzip' })

    const { headers, body } = await rawRequest(origin, `${url}/compressed.txt`)

    assert.equal(headers['content-encoding'], 'gzip')
    assert.deepEqual(body, compressed)
  })

  const awkwardNames = [
    'with space.txt',
    'folder/sub folder/file.txt',
    'quotes "double" and \'single\'.txt',
    'all #?%+& of them.txt',
    '100%.txt',
    '%41 is not A.txt',
    'a%2Fb is one segment.txt',
    'semi;colon,comma=equals@at!.txt',
    '<tag>&amp;.txt',
    'é.txt',
    'e\u0301 decomposed.txt',
    '日本語/鍵.txt',
    '🗝️.txt',
    '.leading-dot',
    '...three dots',
    'dots.../inside',
    'folder//double slash.txt',
    '/leading slash.txt',
    'trailing slash/',
    'tab\tand\u0001control.txt',
    ' leading and trailing space ',
    'x'.repeat(1024),
    `${'a/'.repeat(100)}deep.txt`,
    '漢'.repeat(250),
    'constructor',
    '__proto__',
  ]
  for (const name of awkwardNames) {
    it(`finds ${JSON.stringify(name.slice(0, 60))}, with its slashes encoded or not`, async (t) => {
      const { cloud, origin } = await startApp(t)
      await cloud.blobs.put(name, `this is ${name}`)
      // A control character in one name breaks the XML of every listing that it is in.
      t.after(() => cloud.blobs.delete(name))

      const whole = await rawRequest(origin, encoded(name))
      const split = await rawRequest(origin, `${url}/${name.split('/').map(encodeURIComponent).join('/')}`)

      assert.equal(whole.status, 200)
      assert.equal(whole.body.toString(), `this is ${name}`)
      assert.equal(split.body.toString(), `this is ${name}`)
      assert.match(whole.headers['content-disposition'] ?? '', /^attachment; filename/)
    })
  }

  it('names the file as RFC 6266 has it', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('reports/Übersicht "2026".txt', 'x')

    const response = await request.get(encoded('reports/Übersicht "2026".txt')).expect(200)

    assert.match(
      response.headers['content-disposition'] ?? '',
      /^attachment; filename="[^/]*\\"2026\\".txt"; filename\*=UTF-8''%C3%9Cbersicht%20%222026%22.txt$/,
    )
  })

  const escapes = [
    '..%2Fother/leaked.txt',
    '../other/leaked.txt',
    '%2e%2e/other/leaked.txt',
    '%2E%2E%2Fother%2Fleaked.txt',
    'a/../../other/leaked.txt',
    'a/..%2F..%2Fother/leaked.txt',
    './leaked.txt',
    'a/./b',
    'a/..',
    '..',
    '.',
    '..%5Cother%5Cleaked.txt',
    'a%5C..%5Cb',
    'leaked.txt%00',
    '%00',
  ]
  for (const path of escapes) {
    it(`refuses ${path} and asks Azure nothing`, async (t) => {
      const { cloud, origin } = await startApp(t)
      const other = await cloud.blobs.container('other')
      await other.put('leaked.txt', 'leaked')
      const before = cloud.blobs.requests.length

      const { status, body } = await rawRequest(origin, `${url}/${path}`, { headers: json })

      assert.equal(status, 400)
      assert.match(JSON.parse(body.toString()).detail, /^name takes /)
      assert.equal(cloud.blobs.requests.length, before)
    })
  }

  it('refuses a name of more than 1,024 characters', async (t) => {
    const { request } = await startApp(t)
    const { body } = await request
      .get(encoded('x'.repeat(1025)))
      .set(json)
      .expect(400)
    assert.equal(body.detail, 'name takes up to 1,024 characters.')
  })

  for (const path of ['%', '%zz', '%C3%28', '%ff']) {
    it(`answers 400 to the broken encoding ${path}`, async (t) => {
      const { origin } = await startApp(t)
      assert.equal((await rawRequest(origin, `${url}/${path}`)).status, 400)
    })
  }

  it('answers 404 for a blob that is not there', async (t) => {
    const { request } = await startApp(t)
    const { body } = await request.get(`${url}/missing.txt`).set(json).expect(404)
    assert.equal(body.detail, 'There is no such document.')
  })

  it('stops reading from Azure when the reader leaves', async (t) => {
    const { cloud, origin } = await startApp(t)
    await storeLargeDocument(cloud)

    const leaving = new AbortController()
    const response = await fetch(`${origin}${encoded(largeDocument.name)}`, { signal: leaving.signal })
    await response.body?.getReader().read()
    leaving.abort()

    await eventually(() => cloud.blobs.openRequests === 0)
  })

  it('cuts the connection when Azure breaks off, so that half a file is not taken for a whole', async (t) => {
    const { cloud, origin, logged } = await startApp(t)
    await cloud.blobs.put('broken off.bin', randomBytes(1024 * 1024))
    cloud.blobs.faults.cutNext(1_000, { times: Infinity })

    await assert.rejects(rawRequest(origin, encoded('broken off.bin')))
    await eventually(() => logged.some((line) => line.includes('"level":"error"')))
  })

  it('answers 502 when Azure breaks off a small document, because its response has not started', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('small and broken.bin', randomBytes(64 * 1024))
    cloud.blobs.faults.cutNext(1_000, { times: Infinity })

    await request
      .get(encoded('small and broken.bin'))
      .expect(502)
      .expect('Content-Type', /^text\/html/)
  })
})

describe(`HEAD ${url}/{name}`, () => {
  it('gives the headers of the download without its body', async (t) => {
    const { cloud, origin } = await startApp(t)
    await cloud.blobs.put('head.txt', 'hello', { contentType: 'text/plain' })

    const head = await rawRequest(origin, `${url}/head.txt`, { method: 'HEAD' })
    const get = await rawRequest(origin, `${url}/head.txt`)

    assert.equal(head.status, 200)
    assert.equal(head.body.length, 0)
    const lasting = ({ headers: { date, 'x-request-id': id, ...rest } }: typeof head) => rest
    assert.deepEqual(lasting(head), lasting(get))
  })

  it('ignores a range, which has a meaning for GET alone', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('head range.txt', 'hello')
    const response = await request.head(`${url}/head%20range.txt`).set('Range', 'bytes=0-1').expect(200)
    assert.equal(response.headers['content-length'], '5')
  })

  it('answers 404 for a blob that is not there', async (t) => {
    const { request } = await startApp(t)
    await request.head(`${url}/missing.txt`).expect(404)
  })

  it('answers 304 when nothing has changed', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('head same.txt', 'hello')
    await request.head(`${url}/head%20same.txt`).set('If-None-Match', '*').expect(304)
  })
})

describe(`GET ${url}/{name} with a Range`, () => {
  const ranges: [range: string, status: number, body: string, contentRange: string | undefined][] = [
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-999', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ['bytes=0-1,4-5', 200, '0123456789', undefined],
    ['bytes=5-2', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
    ['nonsense', 200, '0123456789', undefined],
  ]
  for (const [range, status, body, contentRange] of ranges) {
    it(`answers ${range} with ${status}`, async (t) => {
      const { cloud, origin } = await startApp(t)
      await cloud.blobs.put('digits.txt', '0123456789')

      const answer = await rawRequest(origin, `${url}/digits.txt`, { headers: { Range: range } })

      assert.equal(answer.status, status)
      assert.equal(answer.body.toString(), body)
      assert.equal(answer.headers['content-range'], contentRange)
      assert.equal(answer.headers['content-length'], String(body.length))
    })
  }

  for (const range of ['bytes=10-', 'bytes=99-100', 'bytes=-0']) {
    it(`answers ${range} with 416 and the size`, async (t) => {
      const { cloud, request } = await startApp(t)
      await cloud.blobs.put('digits.txt', '0123456789')
      const response = await request
        .get(`${url}/digits.txt`)
        .set({ ...json, Range: range })
        .expect(416)
      assert.equal(response.headers['content-range'], 'bytes */10')
      assert.equal(response.body.status, 416)
    })
  }

  it('answers any first byte of an empty document with 416', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('empty range', '')
    const response = await request.get(`${url}/empty%20range`).set('Range', 'bytes=0-').expect(416)
    assert.equal(response.headers['content-range'], 'bytes */0')
  })

  it('follows If-Range while it names the document, and sends the whole when it does not', async (t) => {
    const { cloud, origin } = await startApp(t)
    await cloud.blobs.put('if-range.txt', '0123456789')
    const { headers } = await rawRequest(origin, `${url}/if-range.txt`, { method: 'HEAD' })
    const ask = async (ifRange: string | undefined) => {
      const conditions = { Range: 'bytes=0-3', 'If-Range': ifRange ?? '' }
      return (await rawRequest(origin, `${url}/if-range.txt`, { headers: conditions })).status
    }

    assert.equal(await ask(headers.etag), 206)
    assert.equal(await ask(headers['last-modified']), 206)
    assert.equal(await ask('"another"'), 200)
    assert.equal(await ask(`W/${headers.etag}`), 200)
    assert.equal(await ask('Sun, 06 Nov 1994 08:49:37 GMT'), 200)
  })

  it('gives the right bytes from the middle of a large document', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = randomBytes(9 * 1024 * 1024)
    await cloud.blobs.put('middle.bin', bytes)

    const headers = { Range: 'bytes=5000000-8999999' }
    const { body } = await rawRequest(origin, `${url}/middle.bin`, { headers })

    assert.equal(sha256(body), sha256(bytes.subarray(5_000_000, 9_000_000)))
  })
})

describe(`GET ${url}/{name} with conditions`, () => {
  const past = 'Sun, 06 Nov 1994 08:49:37 GMT'
  const future = 'Fri, 06 Nov 2054 08:49:37 GMT'
  // The combinations are proved in test/http/preconditions.test.ts; these show that they reach the answer.
  const cases: [headers: Record<string, string>, status: number][] = [
    [{ 'If-None-Match': 'ETAG' }, 304],
    [{ 'If-None-Match': '"x", W/ETAG' }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': '"x"' }, 200],
    [{ 'If-Modified-Since': future }, 304],
    [{ 'If-Modified-Since': past }, 200],
    [{ 'If-Modified-Since': 'not a date' }, 200],
    [{ 'If-None-Match': '"x"', 'If-Modified-Since': future }, 200],
    [{ 'If-Match': 'ETAG' }, 200],
    [{ 'If-Match': '*' }, 200],
    [{ 'If-Match': '"x"' }, 412],
    [{ 'If-Match': 'W/ETAG' }, 412],
    [{ 'If-Unmodified-Since': past }, 412],
    [{ 'If-Unmodified-Since': future }, 200],
    [{ 'If-Unmodified-Since': 'not a date' }, 200],
    [{ 'If-Match': 'ETAG', 'If-Unmodified-Since': past }, 200],
    [{ 'If-Match': '"x"', Range: 'bytes=0-1' }, 412],
    [{ 'If-Match': 'ETAG', Range: 'bytes=0-1' }, 206],
    [{ 'If-None-Match': 'ETAG', Range: 'bytes=99-' }, 304],
  ]
  for (const [template, status] of cases) {
    it(`answers ${JSON.stringify(template)} with ${status}`, async (t) => {
      const { cloud, origin } = await startApp(t)
      await cloud.blobs.put('conditional.txt', '0123456789')
      const known = await rawRequest(origin, `${url}/conditional.txt`, { method: 'HEAD' })
      const etag = known.headers.etag ?? ''
      const entries = Object.entries(template).map(([name, value]) => [name, value.replace('ETAG', etag)])

      const answer = await rawRequest(origin, `${url}/conditional.txt`, {
        headers: Object.fromEntries(entries),
      })

      assert.equal(answer.status, status)
      if (status === 304) {
        assert.equal(answer.headers.etag, etag)
        assert.equal(answer.headers['cache-control'], 'private, no-cache')
        assert.equal(answer.headers['content-length'], undefined)
        assert.equal(answer.headers['content-type'], undefined)
        assert.equal(answer.body.length, 0)
      }
    })
  }

  it('answers 404 whatever the condition when there is no document', async (t) => {
    const { request } = await startApp(t)
    await request.get(`${url}/missing.txt`).set('If-Match', '*').expect(404)
    await request.get(`${url}/missing.txt`).set('If-None-Match', '*').expect(404)
  })
})

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
