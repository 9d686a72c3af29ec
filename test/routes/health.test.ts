import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../support/html.ts'
import { rawRequest } from '../support/raw-request.ts'
import { pages, startApp } from '../support/start-app.ts'

describe('GET /healthz', () => {
  it('answers at once and touches no Azure service', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.identity.faults.hangNext({ times: Infinity })
    cloud.blobs.faults.hangNext({ times: Infinity })
    cloud.vault.faults.hangNext({ times: Infinity })
    cloud.sql.logins.hangNext({ times: Infinity })
    const before = cloud.blobs.requests.length + cloud.vault.requests.length + cloud.sql.loginCount

    await request.get('/healthz').expect(200, { status: 'ok' })

    const after = cloud.blobs.requests.length + cloud.vault.requests.length + cloud.sql.loginCount
    assert.equal(after, before)
  })
})

describe('GET /readyz', () => {
  it('says that every service answers', async (t) => {
    const { request } = await startApp(t)
    const checks = pages.flatMap(({ readiness }) => (readiness ? [[readiness.name, { status: 'ok' }]] : []))
    await request.get('/readyz').expect(200, { status: 'ok', checks: Object.fromEntries(checks) })
  })

  it('answers in time whatever hangs, without a name, host or id from Azure', async (t) => {
    const { cloud, request } = await startApp(t, { readinessMs: 300 })
    cloud.blobs.faults.hangNext({ times: Infinity })
    cloud.vault.faults.hangNext({ times: Infinity })
    cloud.sql.logins.hangNext({ times: Infinity })

    const { body, text } = await request.get('/readyz').expect(503)

    for (const { status } of Object.values<Check>(body.checks)) assert.equal(status, 'error')
    for (const value of Object.values(cloud.env)) assert.ok(!text.includes(value), value)
  })

  it('asks Azure once for many who ask at a time', async (t) => {
    const { cloud, request } = await startApp(t, { readyMs: 0 })
    await request.get('/readyz').expect(200)
    const before = cloud.blobs.requests.length
    cloud.blobs.faults.delayNext(200, { times: 5 })

    await Promise.all(Array.from({ length: 5 }, () => request.get('/readyz').expect(200)))

    assert.equal(cloud.blobs.requests.length - before, 1)
  })

  for (const [result, limit] of [
    [200, 'readyMs'],
    [503, 'notReadyMs'],
  ] as const) {
    it(`asks Azure once in a while, however often it is asked, when the answer is ${result}`, async (t) => {
      const { cloud, request } = await startApp(t, { readyMs: 60_000, notReadyMs: 60_000 })
      if (result === 503) cloud.blobs.faults.failNext(403)
      const { body } = await request.get('/readyz').expect(result)
      const before = cloud.blobs.requests.length

      for (let i = 0; i < 20; i += 1) await request.get('/readyz').expect(result, body)

      assert.equal(cloud.blobs.requests.length, before)
    })

    it(`asks again when ${limit} have passed after the answer ${result}`, async (t) => {
      const { cloud, request } = await startApp(t, { readyMs: 60_000, notReadyMs: 60_000, [limit]: 0 })
      if (result === 503) cloud.blobs.faults.failNext(403)
      await request.get('/readyz').expect(result)
      const before = cloud.blobs.requests.length

      await request.get('/readyz').expect(200)

      assert.ok(cloud.blobs.requests.length > before)
    })
  }

  describe('as a page', () => {
    const json = [undefined, '*/*', 'text/*', 'application/json', 'text/html;q=0, */*', 'image/png']
    for (const accept of [...json, 'application/json, text/html;q=0.9']) {
      it(`is not one for Accept: ${accept}`, async (t) => {
        const { origin } = await startApp(t)
        const { status, headers, body } = await rawRequest(origin, '/readyz', {
          headers: accept === undefined ? {} : { Accept: accept },
        })
        assert.equal(status, 200)
        assert.match(headers['content-type'] ?? '', /^application\/json/)
        assert.equal(JSON.parse(body.toString()).status, 'ok')
      })
    }

    it('says of each service that it responds, how long it took, and where it is used', async (t) => {
      const { request } = await startApp(t)

      const { text, headers } = await request.get('/readyz').set('Accept', browser).expect(200)

      assert.equal(headers['cache-control'], 'no-store')
      assert.match(headers.vary ?? '', /\bAccept\b/)
      const words = textOf(text)
      assert.match(words, /Every service responds/)
      for (const { title, access } of pages.filter(({ readiness }) => readiness)) {
        assert.match(
          words,
          new RegExp(`${access.service}, for ${title} responds (\\d+ ms|[\\d.]+ s|less than 1 ms)`),
        )
      }
    })

    it('says what does not respond and why, with the same status as JSON', async (t) => {
      const { cloud, request } = await startApp(t)
      cloud.blobs.faults.failNext(403, { times: Infinity })

      const { text } = await request.get('/readyz').set('Accept', browser).expect(503)

      const [{ title = '', access } = {}] = pages.filter(({ readiness }) => readiness?.name === 'blobStorage')
      assert.match(
        textOf(text),
        new RegExp(`1 of ${pages.filter(({ readiness }) => readiness).length} services does not respond`),
      )
      assert.match(
        textOf(text),
        new RegExp(`${access?.service}, for ${title} fails\\. Azure refused the site access`),
      )
    })
  })

  it('is ready again when the services are', async (t) => {
    const { cloud, request } = await startApp(t, { notReadyMs: 0 })
    cloud.sql.logins.failNext(18456)
    cloud.blobs.faults.failNext(403)

    await request.get('/readyz').expect(503)
    await request.get('/readyz').expect(200)
  })
})

/** What browsers send when an address is typed. */
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

type Check = { status: string; detail?: string }
