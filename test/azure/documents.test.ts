import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createDocuments } from '../../src/azure/documents.ts'
import { limits } from '../../src/limits.ts'
import { url } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { largeDocument, storeLargeDocument } from '../support/large-document.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }
const always = { times: Number.POSITIVE_INFINITY }
const stays = new AbortController().signal

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

      for (const path of [url, `${url}/troubled.txt`]) {
        const response = await request.get(path).set(json).expect(site)
        assert.doesNotMatch(response.text, /secret-host|nemo|127\.0\.0\.1/)
        if (site === 503) assert.ok(Number(response.headers['retry-after']) >= 1)
      }
      const logs = logged.some((line) => line.includes(code) && line.includes('"level":"error"'))
      assert.equal(logs, site >= 500)

      cloud.blobs.faults.clear()
      await request.get(`${url}/troubled.txt`).expect(200, 'hello')
    })
  }

  it('is asked again when it dropped a connection', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('dropped.txt', 'hello', { contentType: 'text/plain' })
    cloud.blobs.faults.dropNext()
    await request.get(`${url}/dropped.txt`).expect(200, 'hello')
  })

  it('is given up with 502 when it drops every connection', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.blobs.faults.dropNext(always)
    await request.get(url).expect(502)
  })

  it('is given up with 504 when it never answers, and the call is cancelled', async (t) => {
    const { cloud, request } = await startApp(t, { requestMs: 1_500 })
    await cloud.blobs.put('hung.txt', 'hello', { contentType: 'text/plain' })
    cloud.blobs.faults.hangNext(always)

    const asking = [request.get(url), request.get(`${url}/hung.txt`), request.head(`${url}/hung.txt`)]
    await Promise.all(asking.map((each) => each.timeout(30_000).expect(504)))

    await eventually(() => cloud.blobs.openRequests === 0)
    cloud.blobs.faults.clear()
    await request.get(`${url}/hung.txt`).expect(200, 'hello')
  })

  it('is told as 502 when it breaks off in the middle of a listing', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.blobs.faults.cutNext(50, always)
    await request.get(url).expect(502)
  })
})

describe('equal listings at the same time', () => {
  it('are asked for once', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    await cloud.blobs.put('shared/a.txt', 'hello')
    const before = cloud.blobs.requests.length
    const list = (prefix: string, limit: number) => documents.list({ prefix, limit }, stays)

    const [one, two] = await Promise.all([list('shared/', 10), list('shared/', 10)])
    assert.equal(cloud.blobs.requests.length - before, 1)
    assert.equal(one.documents[0]?.name, 'shared/a.txt')
    assert.deepEqual(one, two)

    await Promise.all([list('shared/', 10), list('shared/', 11), list('shared', 10)])
    assert.equal(cloud.blobs.requests.length - before, 4)
  })

  it('share one request for the properties of a document, too', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    await cloud.blobs.put('shared/b.txt', 'hello')
    await cloud.blobs.put('shared/c.txt', 'hello!')
    const before = cloud.blobs.requests.length

    const names = ['shared/b.txt', 'shared/b.txt', 'shared/c.txt']
    const described = await Promise.all(names.map((name) => documents.describe(name, stays)))

    assert.deepEqual(
      described.map(({ size }) => size),
      [5, 5, 6],
    )
    assert.equal(cloud.blobs.requests.length - before, 2)
  })

  it('are another when they go on from another cursor', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    for (const name of ['pages/1', 'pages/2', 'pages/3']) await cloud.blobs.put(name, name)
    const list = (cursor?: string) => documents.list({ prefix: 'pages/', limit: 1, cursor }, stays)
    const { next } = await list()

    const [first, second] = await Promise.all([list(), list(next ?? undefined)])

    assert.equal(first.documents[0]?.name, 'pages/1')
    assert.equal(second.documents[0]?.name, 'pages/2')
  })

  it('are cancelled when nobody waits any more', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    await documents.list({ prefix: '', limit: 1 }, stays)
    cloud.blobs.faults.hangNext()
    const leaving = new AbortController()
    const list = () => documents.list({ prefix: '', limit: 1 }, leaving.signal)
    const both = [list(), list()]
    await eventually(() => cloud.blobs.openRequests === 1)

    leaving.abort(new Error('left'))

    for (const each of both) await assert.rejects(each, { message: 'left' })
    await eventually(() => cloud.blobs.openRequests === 0)
  })
})

describe('a download that Azure breaks off', () => {
  it('goes on where it was, so that the visitor gets every byte', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = randomBytes(2_000_000)
    await cloud.blobs.put('resumed.bin', bytes)
    for (const after of [700_001, 1, 500_000]) cloud.blobs.faults.cutNext(after)

    const { status, body } = await rawRequest(origin, `${url}/resumed.bin`)

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
    const { status, body } = await rawRequest(origin, `${url}/resumed%20range.bin`, { headers })

    assert.equal(status, 206)
    assert.equal(sha256(body), sha256(bytes.subarray(200_000, 900_000)))
  })

  it('goes on after a silence in the middle', async (t) => {
    const { cloud, origin } = await startApp(t, { stallMs: 2_000 })
    const bytes = randomBytes(2_000_000)
    await cloud.blobs.put('silent.bin', bytes)
    cloud.blobs.faults.stallNext(500_000)

    const { body } = await rawRequest(origin, `${url}/silent.bin`)

    assert.equal(sha256(body), sha256(bytes))
  })

  it('goes on when the rest is long in coming', async (t) => {
    const { cloud, origin } = await startApp(t, { stallMs: 1_000 })
    const bytes = randomBytes(2_000_000)
    await cloud.blobs.put('late rest.bin', bytes)
    cloud.blobs.faults.cutNext(500_000)
    cloud.blobs.faults.hangNext({ times: 2 })

    const { body } = await rawRequest(origin, `${url}/late%20rest.bin`)

    assert.equal(sha256(body), sha256(bytes))
  })

  it('is cut when the rest never comes', async (t) => {
    const { cloud, origin } = await startApp(t, { stallMs: 200 })
    await cloud.blobs.put('restless.bin', randomBytes(2_000_000))
    cloud.blobs.faults.cutNext(500_000)
    cloud.blobs.faults.hangNext(always)

    await assert.rejects(rawRequest(origin, `${url}/restless.bin`))
    await eventually(() => cloud.blobs.openRequests === 0)
  })

  it('waits for a reader who is slower than that, and than the deadline of the first byte', async (t) => {
    const { cloud, port } = await startApp(t, { stallMs: 2_000, requestMs: 2_500, slowMs: 200 })
    await storeLargeDocument(cloud)
    const before = cloud.blobs.requests.length
    const request = httpRequest({ host: '127.0.0.1', port, path: `${url}/${largeDocument.name}` }).end()
    const [response] = await once(request, 'response')

    response.pause()
    await setTimeout(2_600)
    assert.equal(cloud.blobs.requests.length - before, 1)
    let received = 0
    for await (const chunk of response) received += chunk.length

    assert.equal(received, largeDocument.size)
  })

  it('is cut rather than mixed when the document has changed meanwhile', async (t) => {
    const { cloud, origin } = await startApp(t)
    await cloud.blobs.put('changing.bin', Buffer.alloc(3_000_000, 'a'))
    cloud.blobs.faults.cutNext(1_000_000)
    cloud.blobs.faults.delayNext(1_000)
    const before = cloud.blobs.requests.length

    const download = rawRequest(origin, `${url}/changing.bin`).catch((error: Error) => error)
    await eventually(() => cloud.blobs.requests.length - before === 2)
    await cloud.blobs.put('changing.bin', Buffer.alloc(3_000_000, 'b'))

    assert.ok((await download) instanceof Error)
    assert.equal(cloud.blobs.requests.length - before, 2)
  })

  it('is whole however often that is, as long as every attempt brings something', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = randomBytes(1_000_000)
    await cloud.blobs.put('often.bin', bytes)
    cloud.blobs.faults.cutNext(50_000, always)

    const { body } = await rawRequest(origin, `${url}/often.bin`)

    assert.equal(sha256(body), sha256(bytes))
  })

  it('is cut after the third try that brings next to nothing', async (t) => {
    const { cloud, origin } = await startApp(t)
    await cloud.blobs.put('hopeless.bin', randomBytes(2_000_000))
    const before = cloud.blobs.requests.length
    cloud.blobs.faults.cutNext(100, always)

    await assert.rejects(rawRequest(origin, `${url}/hopeless.bin`))

    assert.equal(cloud.blobs.requests.length - before, 4)
  })
})

describe('many downloads at once', () => {
  it('wait for their turn, and all come', async (t) => {
    const { cloud, origin } = await startApp(t, { downloads: 2 })
    await cloud.blobs.put('queued.txt', 'hello')
    cloud.blobs.faults.delayNext(20, { times: 40 })

    const answers = await Promise.all(
      Array.from({ length: 40 }, () => rawRequest(origin, `${url}/queued.txt`)),
    )

    for (const { status, body } of answers) assert.equal(`${status} ${body}`, '200 hello')
  })

  it('answer 503 when the queue is full or no slot becomes free in time, and 504 only for Azure', async (t) => {
    const { cloud, origin } = await startApp(t, {
      downloads: 1,
      waiting: 3,
      downloadQueueMs: 300,
      requestMs: 3_000,
    })
    await cloud.blobs.put('full.txt', 'hello')
    cloud.blobs.faults.hangNext(always)

    const answers = await Promise.all(
      Array.from({ length: 6 }, () => rawRequest(origin, `${url}/full.txt`, { headers: json })),
    )

    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [503, 503, 503, 503, 503, 504])
    for (const { status, headers, body } of answers) {
      if (status === 504) continue
      assert.ok(Number(headers['retry-after']) >= 1)
      assert.match(body.toString(), /Too many visitors are waiting/)
    }
  })

  it('free their place when the reader leaves, waiting or not', async (t) => {
    const { cloud, port, origin } = await startApp(t, { downloads: 1, waiting: 2 })
    await storeLargeDocument(cloud)
    await cloud.blobs.put('left.txt', 'hello')
    const path = `${url}/${largeDocument.name}`
    const leaving = Array.from({ length: 3 }, () => httpRequest({ port, path, host: '127.0.0.1' }).end())
    for (const each of leaving) each.on('error', () => {}).on('response', (response) => response.pause())
    await eventually(() => cloud.blobs.openRequests === 1)

    for (const each of leaving) each.destroy()

    await eventually(async () => (await rawRequest(origin, `${url}/left.txt`)).status === 200)
    await eventually(() => cloud.blobs.openRequests === 0)
  })
})

describe('a client that takes all it can get', () => {
  const slowly = { downloads: 4, downloadsPerClient: 2, slowMs: 60_000 }

  it('has a few downloads at a time, and others need not wait for them', async (t) => {
    const { cloud, origin, port } = await startApp(t, slowly)
    await storeLargeDocument(cloud)
    await cloud.blobs.put('wanted.txt', 'hello')
    for (let i = 0; i < 10; i += 1) stopReading(port, `${url}/${largeDocument.name}`, '203.0.113.1')
    await eventually(() => cloud.blobs.openRequests === 2)

    const answer = await rawRequest(origin, `${url}/wanted.txt`, { headers: from('203.0.113.2') })

    assert.equal(`${answer.status} ${answer.body}`, '200 hello')
    assert.equal(cloud.blobs.openRequests, 2)
  })

  it('is one client whatever port it comes from, and whatever address of its IPv6 network', async (t) => {
    const { cloud, origin, port } = await startApp(t, {
      ...slowly,
      downloadsPerClient: 1,
      downloadQueueMs: 50,
    })
    await storeLargeDocument(cloud)
    for (const address of ['203.0.113.1:1001', '[2001:db8:1:2::1]:1001'])
      stopReading(port, `${url}/${largeDocument.name}`, address)
    await eventually(() => cloud.blobs.openRequests === 2)
    const ask = async (address: string) =>
      (
        await rawRequest(origin, `${url}/${largeDocument.name}`, {
          headers: { ...from(address), Range: 'bytes=0-0' },
        })
      ).status

    assert.equal(await ask('203.0.113.1:1002'), 503)
    assert.equal(await ask('[2001:db8:1:3::2]:1001'), 503)
    assert.equal(await ask('203.0.113.2:1001'), 206)
    assert.equal(await ask('[2001:db8:2::1]:1001'), 206)
  })

  it('is cut when it reads too slowly and others wait, and the error log is left alone', async (t) => {
    const limits = { downloads: 1, downloadsPerClient: 1, slowMs: 50, slowCheckMs: 10 }
    const { cloud, origin, port, logged } = await startApp(t, limits)
    await storeLargeDocument(cloud)
    await cloud.blobs.put('awake.txt', 'hello')
    const asleep = stopReading(port, `${url}/${largeDocument.name}`, '203.0.113.1')
    const [response] = await once(asleep, 'response')

    const answer = await rawRequest(origin, `${url}/awake.txt`, { headers: from('203.0.113.2') })

    assert.equal(`${answer.status} ${answer.body}`, '200 hello')
    await assert.rejects(buffer(response), { code: 'ECONNRESET' })
    await eventually(() => cloud.blobs.openRequests === 0)
    assert.deepEqual(
      logged.filter((line) => line.includes('"level":"error"')),
      [],
    )
  })
})

describe('readers who leave at any moment', () => {
  it('do no harm when that is before the first byte was read', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    await cloud.blobs.put('left at once.bin', randomBytes(5_000_000))
    const leaving = new AbortController()

    const reading = documents.read(
      'left at once.bin',
      { client: 'one', signal: leaving.signal },
      async () => {
        leaving.abort()
        await setTimeout(100)
      },
    )

    await assert.rejects(reading, { name: 'AbortError' })
    await setTimeout(150)
    await eventually(() => cloud.blobs.openRequests === 0)
  })

  it('do no harm when they ask for a document and read none of it', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    await cloud.blobs.put('unread.bin', randomBytes(5_000_000))

    await documents.read('unread.bin', { client: 'one', signal: stays }, async () => {})

    await eventually(() => cloud.blobs.openRequests === 0)
  })

  it('do no harm when that is after the download was resumed', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    await storeLargeDocument(cloud)
    cloud.blobs.faults.cutNext(100_000)
    const before = cloud.blobs.requests.length

    const options = { client: 'one', signal: stays }
    await documents.read(largeDocument.name, options, async (_document, body) => {
      const chunks = body[Symbol.asyncIterator]()
      while (cloud.blobs.requests.length < before + 2) await chunks.next()
    })

    await eventually(() => cloud.blobs.openRequests === 0)
  })

  it('leave nothing open behind them, and the site alive', async (t) => {
    const { cloud, port, request } = await startApp(t)
    await cloud.blobs.put('left early.bin', randomBytes(500_000))
    cloud.blobs.faults.delayNext(5, { times: 100 })

    const visits = Array.from({ length: 300 }, async (_, i) => {
      await setTimeout(i * 3)
      const visit = httpRequest({ host: '127.0.0.1', port, path: `${url}/left%20early.bin` }).end()
      visit.on('error', () => {}).on('response', (response) => response.on('error', () => {}).resume())
      await setTimeout((i * 7) % 23)
      visit.destroy()
    })
    await Promise.all(visits)

    await eventually(() => cloud.blobs.openRequests === 0)
    await request.get(url).expect(200)
  })
})

describe('a name that leads out of the container', () => {
  it('is refused even where no route has looked at it, and Azure is asked nothing', async (t) => {
    const { cloud, azure } = await startApp(t)
    const documents = createDocuments(azure.container, limits)
    const before = cloud.blobs.requests.length

    await assert.rejects(documents.describe('../other/leaked.txt', stays), RangeError)
    await assert.rejects(
      documents.read('a/../../other/leaked.txt', { client: 'one', signal: stays }, async () => {}),
      RangeError,
    )

    assert.equal(cloud.blobs.requests.length, before)
  })
})

/** Starts a download and takes none of it. */
function stopReading(port: number, path: string, address: string) {
  const headers = from(address)
  const request = httpRequest({ host: '127.0.0.1', port, path, headers }).end()
  return request.on('error', () => {}).on('response', (response) => response.pause())
}

function from(address: string) {
  return { 'X-Forwarded-For': address }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
