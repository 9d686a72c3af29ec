// Hostile input, made up by the thousand: `npm run test:fuzz`. Each property says what no request may bring about.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { pages, startApp } from '../support/start-app.ts'

const CASES = Number(process.env.FUZZ_CASES ?? 10_000)
const share = (part: number) => ({ numRuns: Math.ceil(CASES * part) })

const LEAK = 'this is in another container'
const SECRET = 'correct horse battery staple'
const digits = '0123456789'.repeat(10)

const agent = new Agent({ keepAlive: true })
after(() => agent.destroy())

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

describe('whatever is asked', () => {
  it('a name leads to its document, to 404 or to 400', async (t) => {
    const { ask, put } = await startSite(t)
    const stored = ['a b.txt', 'folder/é.txt', '100%.txt', '日本語', '..hidden', 'a//b', "q'uote"]
    for (const name of stored) await put(name)

    const segment = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '.',
        '..',
        '...',
        '',
        ' ',
        '%2e%2e',
        '\\',
        '\0',
        'other',
        'leaked.txt',
        'documents',
        '~',
        '$web',
      ),
    )
    const made = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('/'))
    const name = fc.oneof(made, fc.constantFrom(...stored))

    await fc.assert(
      fc.asyncProperty(name, fc.boolean(), async (text, splitAtSlashes) => {
        const wellFormed = text.toWellFormed()
        const path = splitAtSlashes
          ? wellFormed.split('/').map(encodeURIComponent).join('/')
          : encodeURIComponent(wellFormed)
        const answer = await ask(`${documentsUrl}/${path}`)
        check(answer, [200, 404, 400])
        if (stored.includes(wellFormed)) assert.equal(answer.body.toString(), wellFormed)
      }),
      share(0.2),
    )
  })

  it('a path, encoded or not, leads to an answer of the site', async (t) => {
    const { ask } = await startSite(t)
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '.',
        '..',
        '%2e',
        '%2F',
        '%5c',
        '%00',
        '%',
        '%zz',
        '%C0%AF',
        '%ff',
        ';',
        ':',
        '@',
      ),
      fc.constantFrom(
        ...pages.map(({ url }) => url.slice(1)),
        'other',
        'leaked.txt',
        'healthz',
        '1',
        '-1',
        '2147483648',
      ),
      fc.stringMatching(/^[!-"$->@-~]{0,8}$/),
    )
    const path = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`)

    await fc.assert(
      fc.asyncProperty(path, async (made) => {
        check(await ask(made), [200, 301, 400, 404])
      }),
      share(0.2),
    )
  })

  it('a range leads to those bytes, to all of them or to 416', async (t) => {
    const { ask, put } = await startSite(t)
    await put('digits.txt', digits)
    const number = fc.oneof(
      fc.nat(120).map(String),
      fc.constantFrom('', '-1', '1.5', '9'.repeat(30), ' 1', '0x1'),
    )
    const one = fc.tuple(number, number).map(([first, last]) => `${first}-${last}`)
    const list = fc.array(one, { minLength: 1, maxLength: 3 }).map((ranges) => `bytes=${ranges.join(',')}`)
    const range = fc.oneof({ weight: 4, arbitrary: list }, fc.stringMatching(/^[ -~]{0,30}$/))

    await fc.assert(
      fc.asyncProperty(range, async (header) => {
        const { status, headers, body } = await ask(`${documentsUrl}/digits.txt`, { range: header })
        assert.ok([200, 206, 416].includes(status), String(status))
        if (status === 200) assert.equal(body.toString(), digits)
        if (status === 416) assert.equal(headers['content-range'], 'bytes */100')
        if (status !== 206) return
        const [, start, end] = /^bytes (\d+)-(\d+)\/100$/.exec(headers['content-range'] ?? '') ?? []
        assert.equal(body.toString(), digits.slice(Number(start), Number(end) + 1))
        assert.equal(headers['content-length'], String(body.length))
      }),
      share(0.15),
    )
  })

  it('conditions lead to the document, to 304 or to 412', async (t) => {
    const { ask, put } = await startSite(t)
    await put('conditional.txt', digits)
    const { headers } = await ask(`${documentsUrl}/conditional.txt`)
    const value = fc.oneof(
      fc.constantFrom(
        '*',
        headers.etag ?? '',
        `W/${headers.etag}`,
        headers['last-modified'] ?? '',
        '"x"',
        '"a, b"',
        '"',
      ),
      fc.stringMatching(/^[ -~]{0,30}$/),
    )
    const names = [
      'if-match',
      'if-none-match',
      'if-modified-since',
      'if-unmodified-since',
      'if-range',
      'range',
    ]
    const conditions = fc.dictionary(fc.constantFrom(...names), value)

    await fc.assert(
      fc.asyncProperty(conditions, async (made) => {
        const answer = await ask(`${documentsUrl}/conditional.txt`, made)
        check(answer, [200, 206, 304, 412, 416])
        if (answer.status === 200) assert.equal(answer.body.toString(), digits)
        if (answer.status === 304) assert.equal(answer.body.length, 0)
      }),
      share(0.15),
    )
  })

  it('a query leads to a page or to 400', async (t) => {
    const { ask } = await startSite(t)
    const key = fc.constantFrom(
      ...[
        'page',
        'pageSize',
        'search',
        'category',
        'sort',
        'prefix',
        'limit',
        'cursor',
        'attempt',
        '__proto__',
        'page[]',
      ],
    )
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
      fc.constantFrom('', "'; DROP TABLE dbo.Products --", '%', '[', '1e9', 'NaN', '\0', 'x'.repeat(2000)),
    )
    const query = fc
      .array(fc.tuple(key, value), { maxLength: 5 })
      .map((pairs) =>
        pairs.map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`).join('&'),
      )
    const path = fc.constantFrom('/', ...pages.map(({ url }) => url), `${productsUrl}/1`)

    await fc.assert(
      fc.asyncProperty(path, query, async (page, made) => {
        check(await ask(`${page}?${made}`), [200, 400])
      }),
      share(0.2),
    )
  })

  it('a header leads to the same page', async (t) => {
    const { ask } = await startSite(t)
    const name = fc.constantFrom(
      ...[
        'accept',
        'accept-encoding',
        'accept-language',
        'cookie',
        'authorization',
        'x-forwarded-for',
        'x-forwarded-host',
      ],
      ...[
        'x-forwarded-proto',
        'x-request-id',
        'content-type',
        'origin',
        'referer',
        'user-agent',
        'x-http-method-override',
      ],
    )
    const headers = fc.dictionary(name, fc.stringMatching(/^[ -~]{0,60}$/))

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/', ...pages.map(({ url }) => url), '/nothing'),
        headers,
        async (path, made) => {
          check(await ask(path, made), [path === '/nothing' ? 404 : 200])
        },
      ),
      share(0.05),
    )
  })

  it('bytes on the socket lead to 4xx or to the end of that connection, never of the site', async (t) => {
    const { ask, port } = await startSite(t)
    const line = fc.constantFrom(
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'GET /\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      'GET http://other.example/ HTTP/1.1\r\nHost: a\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((made) => Buffer.from(made)),
      fc
        .tuple(line, fc.uint8Array({ maxLength: 20 }))
        .map(([text, rest]) => Buffer.concat([Buffer.from(text), rest])),
    )

    await fc.assert(
      fc.asyncProperty(bytes, async (made) => {
        const answer = await talk(port, made)
        assert.doesNotMatch(answer, /^HTTP\/1\.1 5/)
        assert.ok(!answer.includes(SECRET))
      }),
      share(0.05),
    )
    check(await ask('/'), [200])
  })
})

function check({ status, headers, body }: Answer, allowed: number[]): void {
  assert.ok(allowed.includes(status), `${status}: ${body.toString().slice(0, 300)}`)
  const all = `${JSON.stringify(headers)}${body}`
  assert.ok(!all.includes(LEAK), 'a document of another container came out')
  assert.ok(!all.includes(SECRET), 'the secret came out')
}

async function startSite(t: Parameters<typeof startApp>[0]) {
  const { cloud, port } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'fuzzed' })
  cloud.vault.set('fuzzed', SECRET)
  await (await cloud.blobs.container('other')).put('leaked.txt', LEAK)

  async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers, agent }).end()
    const [response] = await once(request, 'response')
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) }
  }
  return { ask, port, put: (name: string, content = name) => cloud.blobs.put(name, content) }
}

async function talk(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.end(bytes)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}
