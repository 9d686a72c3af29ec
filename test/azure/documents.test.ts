import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createDocuments } from '../../src/azure/documents.ts'
import { limits } from '../../src/limits.ts'
import { eventually } from '../support/eventually.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }
const always = { times: Number.POSITIVE_INFINITY }

describe('Blob Storage in trouble', () => {
  const answers: [azure: number, code: string, site: number, kind?: string][] = [
    [403, 'AuthorizationPermissionMismatch', 503],
    [401, 'InvalidAuthenticationInfo', 503],
    [429, 'TooManyRequests', 503],
    [503, 'ServerBusy', 503],
    [500, 'InternalError', 502],
    [409, 'BlobArchived', 409],
    [409, 'InvalidBlobType', 409],
    [400, 'InvalidQueryParameterValue', 400],
  ]
  for (const [azure, code, site] of answers) {
    it(`is told as ${site} when it says ${azure} ${code}, and works again as soon as it does`, async (t) => {
      const { cloud, request, logged } = await startApp(t)
      await cloud.blobs.put('troubled.txt', 'hello', { contentType: 'text/plain' })
      const message = `${code} at https://secret-host.example for tenant nemo`
      cloud.blobs.faults.failNext(azure, { code, message, ...always })

      for (const path of ['/documents', '/documents/troubled.txt']) {
        const response = await request.get(path).set(json).expect(site)
        assert.doesNotMatch(response.text, /secret-host|nemo|127\.0\.0\.1/)
        if (site === 503) assert.ok(Number(response.headers['retry-after']) >= 1)
      }
      const logs = logged.some((line) => line.includes(code) && line.includes('"level":"error"'))
      assert.equal(logs, site >= 500)

      cloud.blobs.faults.clear()
      await request.get('/documents/troubled.txt').expect(200, 'hello')
    })
  }

  it('is asked again when it dropped a connection', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('dropped.txt', 'hello', { contentType: 'text/plain' })
    cloud.blobs.faults.dropNext()
    await request.get('/documents/dropped.txt').expect(200, 'hello')
  })

  it('is given up with 502 when it drops every connection', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.blobs.faults.dropNext(always)
    await request.get('/documents').expect(502)
  })

  it('is given up with 504 when it never answers, and the call is cancelled', async (t) => {
    const { cloud, request } = await startApp(t, { requestMs: 300 })
    await cloud.blobs.put('hung.txt', 'hello', { contentType: 'text/plain' })
    cloud.blobs.faults.hangNext(always)

    for (const path of ['/documents', '/documents/hung.txt'])
      await request.get(path).timeout(3_000).expect(504)
    await request.head('/documents/hung.txt').timeout(3_000).expect(504)

    await eventually(() => cloud.blobs.openRequests === 0)
    cloud.blobs.faults.clear()
    await request.get('/documents/hung.txt').expect(200, 'hello')
  })
})

describe('a download that Azure breaks off', () => {
  it('goes on where it was, so that the visitor gets every byte', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = randomBytes(2_000_000)
    await cloud.blobs.put('resumed.bin', bytes)
    for (const after of [700_001, 1, 500_000]) cloud.blobs.faults.cutNext(after)

    const { status, body } = await rawRequest(origin, '/documents/resumed.bin')

    assert.equal(status, 200)
    assert.equal(sha256(body), sha256(bytes))
  })

  it('goes on within a range', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = randomBytes(1_000_000)
    await cloud.blobs.put('resumed range.bin', bytes)
    // The first request asks for the properties, which have no body to cut.
    cloud.blobs.faults.delayNext(0)
    cloud.blobs.faults.cutNext(100_000)

    const headers = { Range: 'bytes=200000-899999' }
    const { status, body } = await rawRequest(origin, '/documents/resumed%20range.bin', { headers })

    assert.equal(status, 206)
    assert.equal(sha256(body), sha256(bytes.subarray(200_000, 900_000)))
  })

  it('goes on after a silence in the middle', async (t) => {
    const { cloud, origin } = await startApp(t, { stallMs: 200 })
    const bytes = randomBytes(2_000_000)
    await cloud.blobs.put('silent.bin', bytes)
    cloud.blobs.faults.stallNext(500_000)

    const { body } = await rawRequest(origin, '/documents/silent.bin')

    assert.equal(sha256(body), sha256(bytes))
  })

  it('goes on when the rest is long in coming', async (t) => {
    const { cloud, origin } = await startApp(t, { stallMs: 200 })
    const bytes = randomBytes(2_000_000)
    await cloud.blobs.put('late rest.bin', bytes)
    cloud.blobs.faults.cutNext(500_000)
    cloud.blobs.faults.hangNext({ times: 2 })

    const { body } = await rawRequest(origin, '/documents/late%20rest.bin')

    assert.equal(sha256(body), sha256(bytes))
  })

  it('is cut when the rest never comes', async (t) => {
    const { cloud, origin } = await startApp(t, { stallMs: 200 })
    await cloud.blobs.put('restless.bin', randomBytes(2_000_000))
    cloud.blobs.faults.cutNext(500_000)
    cloud.blobs.faults.hangNext(always)

    await assert.rejects(rawRequest(origin, '/documents/restless.bin'))
    await eventually(() => cloud.blobs.openRequests === 0)
  })

  it('waits for a reader who is slower than that, and than the deadline of the first byte', async (t) => {
    const { cloud, port } = await startApp(t, { stallMs: 200, requestMs: 500 })
    await cloud.blobs.put('slowly.bin', randomBytes(20_000_000))
    const before = cloud.blobs.requests.length
    const request = httpRequest({ host: '127.0.0.1', port, path: '/documents/slowly.bin' }).end()
    const [response] = await once(request, 'response')

    response.pause()
    await setTimeout(1_000)
    let received = 0
    for await (const chunk of response) received += chunk.length

    assert.equal(received, 20_000_000)
    assert.equal(cloud.blobs.requests.length - before, 1)
  })

  it('is cut rather than mixed when the document has changed meanwhile', async (t) => {
    const { cloud, origin } = await startApp(t)
    await cloud.blobs.put('changing.bin', Buffer.alloc(3_000_000, 'a'))
    cloud.blobs.faults.cutNext(1_000_000)
    cloud.blobs.faults.delayNext(500)

    const before = cloud.blobs.requests.length

    const download = rawRequest(origin, '/documents/changing.bin').catch((error: Error) => error)
    await setTimeout(200)
    await cloud.blobs.put('changing.bin', Buffer.alloc(3_000_000, 'b'))

    assert.ok((await download) instanceof Error)
    assert.equal(cloud.blobs.requests.length - before, 2)
  })

  it('is cut after the third try', async (t) => {
    const { cloud, origin } = await startApp(t)
    await cloud.blobs.put('hopeless.bin', randomBytes(2_000_000))
    const before = cloud.blobs.requests.length
    cloud.blobs.faults.cutNext(100_000, always)

    await assert.rejects(rawRequest(origin, '/documents/hopeless.bin'))

    assert.equal(cloud.blobs.requests.length - before, 4)
  })
})

describe('many downloads at once', () => {
  it('wait for their turn, and all come', async (t) => {
    const { cloud, origin } = await startApp(t, { downloads: 2 })
    await cloud.blobs.put('queued.txt', 'hello')
    cloud.blobs.faults.delayNext(20, { times: 40 })

    const answers = await Promise.all(
      Array.from({ length: 40 }, () => rawRequest(origin, '/documents/queued.txt')),
    )

    for (const { status, body } of answers) assert.equal(`${status} ${body}`, '200 hello')
  })

  it('answer 503 when the queue is full, and 504 when the turn does not come in time', async (t) => {
    const { cloud, origin } = await startApp(t, { downloads: 1, waiting: 3, requestMs: 500 })
    await cloud.blobs.put('full.txt', 'hello')
    cloud.blobs.faults.hangNext(always)

    const answers = await Promise.all(
      Array.from({ length: 6 }, () => rawRequest(origin, '/documents/full.txt', { headers: json })),
    )

    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [503, 503, 504, 504, 504, 504])
    const busy = answers.find(({ status }) => status === 503)
    assert.ok(Number(busy?.headers['retry-after']) >= 1)
  })

  it('free their place when the reader leaves, waiting or not', async (t) => {
    const { cloud, port, origin } = await startApp(t, { downloads: 1, waiting: 2 })
    await cloud.blobs.put('left.bin', randomBytes(30_000_000))
    await cloud.blobs.put('left.txt', 'hello')
    const path = '/documents/left.bin'
    const leaving = Array.from({ length: 3 }, () => httpRequest({ port, path, host: '127.0.0.1' }).end())
    for (const each of leaving) each.on('error', () => {}).on('response', (response) => response.pause())
    await setTimeout(300)

    for (const each of leaving) each.destroy()

    await eventually(async () => (await rawRequest(origin, '/documents/left.txt')).status === 200)
    await eventually(() => cloud.blobs.openRequests === 0)
  })
})

describe('readers who leave at any moment', () => {
  it('do no harm when that is before the first byte was read', async (t) => {
    const { cloud, azure } = await startApp(t)
    await cloud.blobs.put('left at once.bin', randomBytes(5_000_000))
    const leaving = new AbortController()

    const reading = createDocuments(azure.container, limits).read(
      'left at once.bin',
      { signal: leaving.signal },
      async () => {
        leaving.abort()
        await setTimeout(100)
      },
    )

    await assert.rejects(reading, { name: 'AbortError' })
    await setTimeout(150)
    await eventually(() => cloud.blobs.openRequests === 0)
  })

  it('leave nothing open behind them, and the site alive', async (t) => {
    const { cloud, port, request } = await startApp(t)
    await cloud.blobs.put('left early.bin', randomBytes(500_000))
    cloud.blobs.faults.delayNext(5, { times: 100 })

    const visits = Array.from({ length: 300 }, async (_, i) => {
      await setTimeout(i * 3)
      const visit = httpRequest({ host: '127.0.0.1', port, path: '/documents/left%20early.bin' }).end()
      visit.on('error', () => {}).on('response', (response) => response.on('error', () => {}).resume())
      await setTimeout((i * 7) % 23)
      visit.destroy()
    })
    await Promise.all(visits)

    await eventually(() => cloud.blobs.openRequests === 0)
    await request.get('/documents').expect(200)
  })
})

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
