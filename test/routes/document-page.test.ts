import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { ContainerClient } from '@azure/storage-blob'
import { url } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { linksIn, textOf, unescapeHtml } from '../support/html.ts'
import { largeDocument, storeLargeDocument } from '../support/large-document.ts'
import { noShell } from '../support/platform.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'

type Options = { contentType?: string; contentEncoding?: string }

const encoded = (name: string) => `${url}/${encodeURIComponent(name)}`

describe(`GET ${url}/{name}?view`, () => {
  it('shows type, size, date and entity tag, and links the download', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('viewed/plan & budget.txt', 'x'.repeat(2500), { contentType: 'text/plain' })
    const { headers } = await request.head(encoded('viewed/plan & budget.txt')).expect(200)

    const { text } = await request.get(`${encoded('viewed/plan & budget.txt')}?view`).expect(200)

    const words = textOf(text)
    assert.match(
      words,
      /Type text\/plain Size 2\.5 kB \(2,500 bytes\) Changed \d.* (?:ago|, just now) Entity tag "/,
    )
    assert.ok(words.includes(headers.etag ?? '-'))
    assert.match(text, /<h1><bdi>plan &amp; budget\.txt<\/bdi><\/h1>/)
    assert.ok(linksIn(text).includes(`${url}/viewed/plan%20%26%20budget.txt`))
    assert.ok(linksIn(text).includes(`${url}?prefix=viewed%2F`))
    assert.ok(text.includes(`<a href="${url}" aria-current="true">`))
  })

  it('is JSON for those who prefer it, as the list has it', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('viewed.json', '{}')
    const json = { Accept: 'application/json' }
    const { body: list } = await request.get(url).query({ prefix: 'viewed.json' }).set(json).expect(200)
    const { body } = await request.get(`${url}/viewed.json?view`).set(json).expect(200)
    assert.deepEqual(body, list.documents[0])
  })

  const names = [
    'slash/es & é 日本語.txt',
    'qu"ot\'es.txt',
    'what?.txt',
    '100%.txt',
    '%41.txt',
    'slash/',
    '#',
    '-o',
  ]
  for (const name of names) {
    it(`finds ${name}, and its preview and download from there`, async (t) => {
      const { cloud, request } = await startApp(t)
      await cloud.blobs.put(name, `this is ${name}`, { contentType: 'text/plain' })

      const { text } = await request.get(`${encoded(name)}?view`).expect(200)

      const preview = unescapeHtml(/<iframe [^>]*src="([^"]+)"/.exec(text)?.[1] ?? '')
      assert.equal((await request.get(preview).expect(200)).text, `this is ${name}`)
      const download = linksIn(text).find((link) => link.startsWith(`${url}/`)) ?? ''
      assert.equal((await request.get(download).buffer(true).expect(200)).text, `this is ${name}`)
    })
  }

  it('takes one request to Azure, and none for the content', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('viewed once.txt', 'hello', { contentType: 'text/plain' })
    const before = cloud.blobs.requests.length
    await request.get(`${url}/viewed%20once.txt?view`).expect(200)
    assert.deepEqual(
      cloud.blobs.requests.slice(before).map(({ method }) => method),
      ['HEAD'],
    )
  })

  it('answers 404 for a document that is not there, as its preview does in plain words', async (t) => {
    const { request } = await startApp(t)
    await request.get(`${url}/missing.txt?view`).expect(404, /There is no such document/)
    const preview = await request.get(`${url}/missing.txt?preview`).set('Accept', 'text/html').expect(404)
    assert.equal(preview.text, 'There is no such document.')
    assert.match(preview.headers['content-type'] ?? '', /^text\/plain/)
  })

  it('refuses a name that leads out of the container, as its preview does', async (t) => {
    const { origin } = await startApp(t)
    for (const parameter of ['view', 'preview']) {
      const { status } = await rawRequest(origin, `${url}/..%2Fother%2Fleaked.txt?${parameter}`)
      assert.equal(status, 400)
    }
  })

  it('frames pages of this site alone, and only where there is a preview', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('framed.txt', 'hello', { contentType: 'text/plain' })
    const policy = async (path: string) =>
      (await request.get(path).expect(200)).headers['content-security-policy'] ?? ''

    assert.match(await policy(`${url}/framed.txt?view`), /default-src 'none'.*frame-src 'self'/)
    assert.match(await policy(`${url}/framed.txt?view`), /frame-ancestors 'none'/)
    assert.doesNotMatch(await policy(url), /frame-src/)
  })

  it('gives commands for curl that download a document and go on with half of one', {
    skip: noShell,
  }, async (t) => {
    const { cloud, request, origin } = await startApp(t)
    const name = `commands/$(touch pwned) "quotes" & it's; \u001b[2J\n.txt`
    await cloud.blobs.put(name, '0123456789', { contentType: 'text/plain' })
    t.after(() => cloud.blobs.delete(name))
    const folder = await mkdtemp(join(tmpdir(), 'curl-'))
    t.after(() => rm(folder, { recursive: true }))
    const [download = '', resume = ''] = await commandsOf(name)

    await run(download)
    const [file = '', ...others] = await readdir(folder)
    assert.equal(await readFile(join(folder, file), 'utf8'), '0123456789')
    await writeFile(join(folder, file), '01234')
    await run(resume)
    assert.equal(await readFile(join(folder, file), 'utf8'), '0123456789')
    await cloud.blobs.put(name, 'abcdefghij')
    await writeFile(join(folder, file), '01234')
    await assert.rejects(run(resume))
    assert.equal(await readFile(join(folder, file), 'utf8'), '01234')

    assert.deepEqual(others, [])
    assert.match(file, /^\$\(touch pwned\) "quotes" & it's; _\[2J_\.txt$/)

    async function commandsOf(name: string) {
      const { text } = await request
        .get(`${encoded(name)}?view`)
        .set('Host', new URL(origin).host)
        .expect(200)
      const found = [...text.matchAll(/<pre class="command"><code>([\s\S]*?)<\/code>/g)]
      return found.map(([, command]) => unescapeHtml(command ?? ''))
    }
    async function run(command: string) {
      await promisify(execFile)('sh', ['-c', command], { cwd: folder })
    }
  })
})

describe(`GET ${url}/{name}?preview`, () => {
  it('gives a text in a sandbox that runs nothing, loads nothing and belongs to no site', async (t) => {
    const { cloud, request } = await startApp(t)
    const script = '<script>alert(document.domain)</script>'
    const types = [
      'text/plain',
      'text/html',
      'TEXT/HTML; charset=utf-8',
      'image/svg+xml',
      'application/xhtml+xml',
    ]
    for (const contentType of types) {
      await cloud.blobs.put('harmless.txt', script, { contentType })

      const { headers, text } = await request.get(`${url}/harmless.txt?preview`).expect(200)

      assert.equal(text, script)
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8', contentType)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(
        headers['content-security-policy'],
        "sandbox;default-src 'none';style-src 'unsafe-inline';frame-ancestors 'self'",
      )
      assert.equal(headers['x-frame-options'], 'SAMEORIGIN')
    }
  })

  it('gives a picture in its own type, in the same sandbox, byte for byte', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])
    await cloud.blobs.put('picture.png', bytes, { contentType: 'Image/PNG' })

    const { headers, body } = await rawRequest(origin, `${url}/picture.png?preview`)

    assert.deepEqual(body, bytes)
    assert.equal(headers['content-type'], 'image/png')
    assert.match(String(headers['content-security-policy']), /^sandbox;/)
  })

  it('reads no more than the first 64 KiB of a text, however long it or its line is', async (t) => {
    const { azure, cloud, request } = await startApp(t)
    const line = `${'x'.repeat(64 * 1024 - 1)}é and so on`.padEnd(3_000_000, '.')
    await cloud.blobs.put('long.txt', line, { contentType: 'text/plain' })
    const asked = noteDownloads(await azure.container.client())

    const { text } = await request.get(`${url}/long.txt?preview`).expect(200)
    const page = await request.get(`${url}/long.txt?view`).expect(200)

    // The é is cut in half by the limit.
    assert.equal(text, 'x'.repeat(64 * 1024 - 1))
    assert.deepEqual(asked, [{ offset: 0, count: 65_536 }])
    assert.match(textOf(page.text), /These are the first 65,536 bytes\. 2,934,\d{3} more follow/)
  })

  const charsets: [contentType: string, bytes: Buffer, text: string][] = [
    ['text/plain; charset=iso-8859-1', Buffer.from('café', 'latin1'), 'café'],
    ['text/plain; charset="utf-16le"', Buffer.from('café', 'utf16le'), 'café'],
    ['text/plain; charset=no-such', Buffer.from('café'), 'café'],
    ['application/json', Buffer.from('"é"'), '"é"'],
    ['text/plain', Buffer.from([0x61, 0xff, 0x00, 0x62]), 'a\ufffd\u0000b'],
  ]
  for (const [contentType, bytes, expected] of charsets) {
    it(`decodes ${contentType}`, async (t) => {
      const { cloud, origin } = await startApp(t)
      await cloud.blobs.put('charset.txt', bytes, { contentType })
      const { body } = await rawRequest(origin, `${url}/charset.txt?preview`)
      assert.equal(body.toString(), expected)
    })
  }

  const none: [what: string, bytes: Buffer | string, options: Options, reason: RegExp][] = [
    ['a program', 'MZ', { contentType: 'application/octet-stream' }, /no preview for documents of this type/],
    ['a PDF', '%PDF-', { contentType: 'application/pdf' }, /no preview for documents of this type/],
    ['an empty text', '', { contentType: 'text/plain' }, /empty/],
    [
      'a compressed text',
      gzipSync('a'),
      { contentType: 'text/plain', contentEncoding: 'gzip' },
      /compressed/,
    ],
    ['a picture of 6 MB', Buffer.alloc(6_000_000), { contentType: 'image/png' }, /too large/],
  ]
  for (const [what, bytes, options, reason] of none) {
    it(`does not exist for ${what}, and the page says why`, async (t) => {
      const { cloud, request } = await startApp(t)
      await cloud.blobs.put('no preview', bytes, options)

      const { text } = await request.get(`${url}/no%20preview?view`).expect(200)
      const preview = await request.get(`${url}/no%20preview?preview`).expect(404)

      assert.match(textOf(text), reason)
      assert.match(preview.text, reason)
      assert.doesNotMatch(text, /<iframe|<img/)
    })
  }

  it('waits for a download slot like a download, and gives it back', async (t) => {
    const { cloud, request, origin } = await startApp(t, {
      downloads: 1,
      downloadQueueMs: 200,
      slowMs: 60_000,
    })
    await cloud.blobs.put('slot.txt', 'hello', { contentType: 'text/plain' })
    await storeLargeDocument(cloud)
    const leaving = new AbortController()
    const download = await fetch(`${origin}${url}/${largeDocument.name}`, { signal: leaving.signal })
    await download.body?.getReader().read()

    const { text } = await request.get(`${url}/slot.txt?preview`).expect(503)
    leaving.abort()

    assert.match(text, /^Too many visitors are waiting\./)
    const answers = () => request.get(`${url}/slot.txt?preview`)
    await eventually(async () => (await answers()).status === 200)
    for (let i = 0; i < 3; i += 1) await answers().expect(200, 'hello')
  })

  it('is not sent again while the document is the same', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('kept.txt', 'hello', { contentType: 'text/plain' })
    const { headers } = await request.get(`${url}/kept.txt?preview`).expect(200)
    const before = cloud.blobs.requests.length
    await request
      .get(`${url}/kept.txt?preview`)
      .set('If-None-Match', headers.etag ?? '')
      .expect(304)
    await request.head(`${url}/kept.txt?preview`).expect(200)
    assert.deepEqual(
      cloud.blobs.requests.slice(before).map(({ method }) => method),
      ['HEAD', 'HEAD'],
    )
  })
})

/** Notes which bytes of blobs are asked for: a range shows nowhere else. */
function noteDownloads(container: ContainerClient) {
  const asked: { offset: number | undefined; count: number | undefined }[] = []
  const getBlobClient = container.getBlobClient.bind(container)
  container.getBlobClient = (name) => {
    const blob = getBlobClient(name)
    const download = blob.download.bind(blob)
    blob.download = (offset, count, options) => {
      asked.push({ offset, count })
      return download(offset, count, options)
    }
    return blob
  }
  return asked
}
