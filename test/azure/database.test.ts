import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createProducts } from '../../src/azure/products.ts'
import { limits } from '../../src/limits.ts'
import { url } from '../../src/routes/products.ts'
import { eventually } from '../support/eventually.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }
const always = { times: Number.POSITIVE_INFINITY }
const stays = new AbortController().signal
/** Equal pages would share one query. */
const differentPages = (count: number) =>
  Array.from({ length: count }, (_, index) => `${url}?pageSize=${index + 1}`)

describe('a SQL login', () => {
  for (const [intent, request] of [
    ['ReadWrite', 'login'],
    ['ReadOnly', 'login, read-only'],
  ] as const) {
    it(`says ${intent} if the setting does`, async (t) => {
      const { cloud, request: site } = await startApp(t, {}, { SQL_APPLICATION_INTENT: intent })
      cloud.sql.activity.clear()

      await site.get(url).expect(200)

      const logins = cloud.sql.activity.latest.filter((entry) => entry.request.startsWith('login'))
      assert.ok(logins.length > 0 && logins.every((entry) => entry.request === request), logins.join())
    })
  }
})

describe('a SQL login that fails', () => {
  const answers: [number: number, site: number, detail: RegExp][] = [
    [18456, 503, /refused the sign-in/],
    [4060, 503, /refused the sign-in/],
    [40615, 503, /refused the network address/],
    [10928, 503, /busy/],
    [40501, 503, /busy/],
    [42119, 503, /free allowance .* It is back on 1 [A-Z][a-z]+ 20\d\d\./],
    [17830, 502, /could not use/],
  ]
  for (const [number, site, detail] of answers) {
    it(`is told as ${site} for error ${number}, and is tried again for the next visitor`, async (t) => {
      const { cloud, request, logged } = await startApp(t)
      const message = `Login failed for user 'id-nemo' from 203.0.113.9 on server 'secret-host'.`
      cloud.sql.logins.failNext(number, { message })

      const response = await request.get(url).set(json).expect(site)

      assert.match(response.body.detail, detail)
      assert.doesNotMatch(response.text, /secret-host|nemo|203\.0/)
      if (site === 503) assert.ok(Number(response.headers['retry-after']) >= 1)
      assert.ok(logged.some((line) => line.includes(`"number":${number}`) && line.includes('secret-host')))
      await request.get(url).expect(200)
    })
  }

  it('is told without a page that retries when the free allowance is used up', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.sql.logins.failNext(40613, {
      message: 'This database has reached the monthly free amount allowance for the month of May 2026.',
    })
    const response = await request.get(url).expect(503, /free allowance/)
    assert.equal(response.headers.refresh, undefined)
  })

  it('is given up with 504 when the server never answers', async (t) => {
    const { cloud, request } = await startApp(t, { requestMs: 1_500, sqlLoginMs: 1_200 })
    cloud.sql.logins.hangNext(always)

    await request.get(url).timeout(30_000).expect(504)

    cloud.sql.logins.clear()
    await request.get(url).expect(200)
  })

  it('is tried once more when the server drops the connection, and told as 502 when it goes on to', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.sql.logins.dropNext()
    await request.get(url).expect(200)
    cloud.sql.dropConnections()
    await eventually(() => cloud.sql.openConnections === 0)

    cloud.sql.logins.dropNext(always)
    await request.get(url).expect(502)
    cloud.sql.logins.clear()
    await request.get(url).expect(200)
  })

  it('fails nobody while other logins succeed, with more visitors than connections', async (t) => {
    const { cloud, azure } = await startApp(t, { sqlIdleMs: 1 })
    await createProducts(azure.database, limits).find(1, stays)
    await eventually(() => cloud.sql.openConnections === 0)
    const before = cloud.sql.loginCount
    cloud.sql.logins.failNext(40197)

    const found = await Promise.all(
      Array.from({ length: 12 }, (_, i) => createProducts(azure.database, limits).find(i + 1, stays)),
    )

    assert.ok(found.every((product) => product))
    assert.ok(cloud.sql.loginCount - before >= 10)
  })

  it('fails nobody while a connection is in use, which comes back', async (t) => {
    const { cloud, azure } = await startApp(t, { sqlConnections: 2 })
    await createProducts(azure.database, limits).find(1, stays)
    const inUse = new AbortController()
    const queries = cloud.sql.queryCount
    cloud.sql.faults.hangNext()
    const first = createProducts(azure.database, limits)
      .find(1, inUse.signal)
      .catch((error: Error) => error.name)
    await eventually(() => cloud.sql.queryCount > queries)
    const logins = cloud.sql.loginCount
    cloud.sql.logins.failNext(18456, always)

    const second = createProducts(azure.database, limits).find(2, stays)
    await eventually(() => cloud.sql.loginCount > logins && cloud.sql.openConnections === 1)
    inUse.abort()

    assert.equal((await second)?.id, 2)
    assert.equal(await first, 'AbortError')
  })

  it('is told at once to all when every login is refused', async (t) => {
    const { cloud, azure } = await startApp(t, { sqlIdleMs: 1 })
    await createProducts(azure.database, limits).find(1, stays)
    await eventually(() => cloud.sql.openConnections === 0)
    cloud.sql.logins.failNext(40197, always)
    const deadline = AbortSignal.timeout(30_000)

    const all = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => createProducts(azure.database, limits).find(i + 1, deadline)),
    )

    for (const one of all) assert.equal(one.status === 'rejected' && one.reason.number, 40197)
  })

  it('is one attempt for all who wait for it', async (t) => {
    const { cloud, origin } = await startApp(t)
    cloud.sql.logins.failNext(18456, always)
    const before = cloud.sql.loginCount

    const answers = await Promise.all(differentPages(10).map((page) => rawRequest(origin, page)))

    for (const { status } of answers) assert.equal(status, 503)
    assert.equal(cloud.sql.loginCount - before, 1)
  })
})

describe('a paused database', () => {
  it('is woken in the background, once for all, while visitors hear of it at once', async (t) => {
    const { cloud, origin, request } = await startApp(t, { wakingDelaysMs: [50, 50, 50, 50, 50] })
    cloud.sql.logins.failNext(40613, { times: 4 })
    const before = cloud.sql.loginCount

    const answers = await Promise.all(
      differentPages(20).map((page) => rawRequest(origin, page, { headers: json })),
    )
    for (const { status, headers, body } of answers) {
      assert.equal(status, 503)
      assert.ok(Number(headers['retry-after']) >= 1)
      assert.match(body.toString(), /waking up/)
    }
    assert.ok(cloud.sql.loginCount - before <= 3)

    await eventually(async () => (await request.get(url)).status === 200)
  })

  it('is left to the waking while that lasts', async (t) => {
    const { cloud, request } = await startApp(t, { wakingDelaysMs: [60_000] })
    cloud.sql.logins.failNext(40613, always)
    const before = cloud.sql.loginCount

    for (let visit = 0; visit < 5; visit += 1) await request.get(url).expect(503)

    assert.equal(cloud.sql.loginCount - before, 1)
  })

  it('is given up after a while, and woken anew by the next visitor', async (t) => {
    const { cloud, request } = await startApp(t, { wakingDelaysMs: [20] })
    cloud.sql.logins.failNext(40613, { times: 3 })

    await request.get(url).expect(503)
    await eventually(async () => (await request.get(url)).status === 200)
  })
})

describe('the waking of a paused database', () => {
  it('ends when the database refuses for another reason, and the next visitor signs in', async (t) => {
    const { cloud, request } = await startApp(t, { wakingDelaysMs: [1, 60_000, 60_000] })
    cloud.sql.logins.failNext(40613)
    cloud.sql.logins.failNext(18456)

    await request.get(url).expect(503)

    await eventually(async () => (await request.get(url)).status === 200)
  })
})

describe('a SQL query that fails', () => {
  const answers: [number: number, site: number, detail: RegExp][] = [
    [229, 503, /refused the site access to the table/],
    [208, 503, /table of this page does not exist/],
    [40501, 503, /busy/],
    [40197, 503, /busy/],
    [8134, 502, /could not use/],
  ]
  for (const [number, site, detail] of answers) {
    it(`is told as ${site} for error ${number}`, async (t) => {
      const { cloud, request } = await startApp(t)
      await request.get(url).expect(200)
      cloud.sql.faults.failNext(number, { message: "The object 'Products' of 'secret-database' …" })

      const response = await request.get(url).set(json).expect(site)

      assert.match(response.body.detail, detail)
      assert.doesNotMatch(response.text, /secret-database/)
      if (site === 503) assert.ok(Number(response.headers['retry-after']) >= 1)
      await request.get(url).expect(200)
    })
  }

  it('is cancelled and told as 504 when it takes too long, and the connection works again', async (t) => {
    const { cloud, request } = await startApp(t, { requestMs: 1_500, sqlConnections: 1 })
    await request.get(url).expect(200)
    const logins = cloud.sql.loginCount
    cloud.sql.faults.hangNext()

    await request.get(url).timeout(30_000).expect(504)

    await request.get(url).timeout(30_000).expect(200)
    assert.equal(cloud.sql.loginCount, logins)
  })

  it('is asked again on another connection when its own breaks, unnoticed by the visitor', async (t) => {
    const { cloud, request } = await startApp(t)
    await request.get(url).expect(200)
    cloud.sql.faults.dropNext()
    await request.get(url).expect(200)
  })

  it('is told as 502 when every connection breaks', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.sql.faults.dropNext(always)
    await request.get(url).expect(502)
  })
})

describe('equal pages of products at the same time', () => {
  it('are one query, and others are not', async (t) => {
    const { cloud, azure } = await startApp(t)
    const products = createProducts(azure.database, limits)
    const before = cloud.sql.queryCount
    const list = (page: number) => products.list({ page, pageSize: 20 }, stays)

    const [first, ...others] = await Promise.all([1, 1, 1, 1, 2].map(list))
    const second = others.pop()

    for (const other of others) assert.equal(other, first)
    assert.notDeepEqual(second?.products, first?.products)
    assert.equal(cloud.sql.queryCount - before, 2)
  })
})

describe('many queries at once', () => {
  it('wait for a connection, and all come', async (t) => {
    const { origin } = await startApp(t, { sqlConnections: 2 })
    const answers = await Promise.all(differentPages(100).map((page) => rawRequest(origin, page)))
    for (const { status } of answers) assert.equal(status, 200)
  })

  it('answer 503 when too many wait, and 504 when the turn does not come in time', async (t) => {
    const { cloud, origin, request } = await startApp(t, { sqlConnections: 1, waiting: 3, requestMs: 1_500 })
    await request.get(url).expect(200)
    cloud.sql.faults.hangNext()

    const answers = await Promise.all(differentPages(6).map((page) => rawRequest(origin, page)))

    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [503, 503, 504, 504, 504, 504])
  })
})

describe('a query that waits for a connection', () => {
  it('is given up in time although the connection stays in use', async (t) => {
    const { cloud, azure, request } = await startApp(t, { sqlConnections: 1, requestMs: 1_500 })
    await request.get(url).expect(200)
    cloud.sql.faults.hangNext()
    const leaving = new AbortController()
    const inUse = createProducts(azure.database, limits)
      .find(1, leaving.signal)
      .catch((error: Error) => error.name)

    await request.get(url).timeout(30_000).expect(504)

    leaving.abort()
    assert.equal(await inUse, 'AbortError')
  })

  it('gives up its place in the queue when its visitor leaves', async (t) => {
    const { cloud, azure, request } = await startApp(t, { sqlConnections: 1, waiting: 1 })
    await request.get(url).expect(200)
    const products = createProducts(azure.database, limits)
    const queries = cloud.sql.queryCount
    cloud.sql.faults.hangNext()
    const inUse = new AbortController()
    const query = products.find(1, inUse.signal).catch(() => {})
    await eventually(() => cloud.sql.queryCount > queries)
    const leaving = new AbortController()
    const left = createProducts(azure.database, limits)
      .find(2, leaving.signal)
      .catch(() => {})
    await request.get(url).expect(503)
    leaving.abort()
    await left

    const next = createProducts(azure.database, limits).find(3, stays)
    inUse.abort()

    assert.equal((await next)?.id, 3)
    await query
  })
})

describe('closing', () => {
  it('does not wait for a login that hangs', async (t) => {
    const { cloud, azure, request } = await startApp(t, { requestMs: 1_500 })
    cloud.sql.logins.hangNext(always)
    await request.get(url).timeout(30_000).expect(504)
    assert.equal(cloud.sql.openConnections, 1)

    await azure.close()

    await eventually(() => cloud.sql.openConnections === 0, 1_000)
  })
})
