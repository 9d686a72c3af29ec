import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { textOf } from '../support/html.ts'
import { rawRequest } from '../support/raw-request.ts'
import { pages, startApp } from '../support/start-app.ts'
import { metricsIn, stepsIn, traceIn } from '../support/trace.ts'

const on = { SHOW_TRACE: 'true' }
const json = { Accept: 'application/json' }
const forEver = { times: Infinity }

type Site = Awaited<ReturnType<typeof startApp>>
const start = (t: TestContext, limits = {}, settings = {}) => startApp(t, limits, { ...on, ...settings })

describe('the trace of a page', () => {
  for (const { url, access } of pages) {
    it(`tells of each request and statement for ${url} that the services received, in order, and of no other`, async (t) => {
      const site = await start(t)
      const received = receivedBy(site)

      const { text } = await site.request.get(url).expect(200)

      const steps = stepsIn(text)
      const { requests, challenges, statements } = received()
      const sent = steps.filter(
        ({ label, facts }) => label === 'Request' && !facts.includes('without a token'),
      )
      assert.deepEqual(
        sent.map(({ code }) => code),
        requests,
      )
      assert.equal(
        steps.filter(({ facts }) => facts.includes('401 · sent without a token')).length,
        challenges,
      )
      assert.deepEqual(
        steps.filter(({ label }) => label === 'SQL statement').map(({ code }) => code),
        statements,
      )
      assert.ok(requests.length + statements.length > 0)
      for (const { facts } of sent) assert.match(facts, /^200 · request id [\da-f-]{36}$/)
      assert.ok(textOf(traceIn(text)).includes(`Role ${access.role} on ${access.resource ?? access.scope}`))
    })

    it(`names the identity and the audience of the token for ${url}`, async (t) => {
      const { request, cloud } = await start(t)

      const { text } = await request.get(url).expect(200)

      assert.ok(textOf(traceIn(text)).includes(`Managed identity, client ID ${cloud.identity.app.clientId}`))
      const tokens = stepsIn(text).filter(({ label }) => label === 'Token')
      assert.equal(tokens.length, 1)
      assert.match(tokens[0]?.code ?? '', /^https:\/\/[\w.:]+$/)
      assert.match(tokens[0]?.facts ?? '', /good until \d\d:\d\d:\d\d UTC$/)
    })
  }

  it('lists the retries of a request one by one', async (t) => {
    const { request, cloud } = await start(t)
    cloud.blobs.faults.failNext(503, { times: 2 })

    const { text } = await request.get(documentsUrl).expect(200)

    const statuses = stepsIn(text).flatMap(({ label, facts }) =>
      label === 'Request' ? [facts.slice(0, 3)] : [],
    )
    assert.deepEqual(statuses, ['503', '503', '200'])
  })

  it('tells a token that a client has kept', async (t) => {
    const { request } = await start(t)
    await request.get(documentsUrl).expect(200)

    const { text } = await request.get(documentsUrl).expect(200)

    const [token, ...others] = stepsIn(text).filter(({ label }) => label.startsWith('Token'))
    assert.deepEqual(others, [])
    assert.equal(token?.code, 'https://storage.azure.com')
    assert.match(token?.facts ?? '', /^from memory, since \d\d:\d\d:\d\d UTC · good until /)
  })

  it('says of a pooled SQL connection when it signed in, and names no token', async (t) => {
    const { request } = await start(t)
    const first = stepsIn((await request.get(productsUrl).expect(200)).text)
    const second = stepsIn((await request.get(productsUrl).expect(200)).text)

    const connection = ({ label }: { label: string }) => label === 'SQL connection'
    assert.deepEqual(
      first.filter(connection).map(({ facts }) => facts),
      ['new, signed in'],
    )
    assert.match(
      second.find(connection)?.facts ?? '',
      /^pooled, signed in at \d\d:\d\d:\d\d UTC, (?:\d+ seconds? ago|just now)$/,
    )
    assert.ok(!second.some(({ label }) => label.startsWith('Token')))
  })

  it('names the parameters of a statement', async (t) => {
    const { request } = await start(t)

    const { text } = await request.get(`${productsUrl}?search=kettle`).expect(200)

    const facts = stepsIn(text).flatMap(({ label, facts }) => (label === 'SQL statement' ? [facts] : []))
    assert.deepEqual(facts, ['answered · parameters @search, @offset, @pageSize', 'answered'])
  })

  it('says whose request was shared', async (t) => {
    const { request, cloud } = await start(t, { coalesceMs: 60_000 })
    await request.get(documentsUrl).expect(200)
    cloud.blobs.faults.delayNext(1500)

    const answers = await Promise.all([request.get(documentsUrl), request.get(documentsUrl)])

    const kinds = answers.map(({ text }) => stepsIn(text).at(-1)?.label)
    assert.deepEqual(kinds.sort(), ['Request', 'Shared'])
  })

  it('ends at what failed', async (t) => {
    const { request, cloud } = await start(t)
    cloud.blobs.faults.failNext(403)
    cloud.sql.faults.failNext(208)

    const refused = stepsIn((await request.get(documentsUrl).expect(503)).text).at(-1)
    const missing = stepsIn((await request.get(productsUrl).expect(503)).text).at(-1)

    assert.match(refused?.facts ?? '', /^403/)
    assert.match(missing?.code ?? '', /^SELECT COUNT/)
    assert.match(missing?.facts ?? '', /^refused with error 208/)
  })

  it('tells of a sign-in that the database refused, also when it is not tried again', async (t) => {
    const { request, cloud } = await start(t)
    cloud.sql.logins.failNext(40613, forEver)

    const first = stepsIn((await request.get(productsUrl).expect(503)).text).at(-1)
    const second = stepsIn((await request.get(productsUrl).expect(503)).text)

    assert.equal(first?.facts, 'refused with error 40613')
    assert.equal(second.length, 1)
    assert.match(second[0]?.facts ?? '', /^sign-in at .* (?:ago|just now): refused with error 40613$/)
  })

  it('tells of a request that has no answer yet', async (t) => {
    const { request, cloud } = await start(t, { requestMs: 1_000 })
    await request.get(documentsUrl)
    cloud.blobs.faults.hangNext(forEver)

    const { text } = await request.get(documentsUrl).expect(504)

    assert.equal(stepsIn(text).at(-1)?.facts, 'no answer')
  })

  it('tells of an identity that gave no token', async (t) => {
    const { request } = await start(t, {}, { AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000005' })

    const { text } = await request.get(documentsUrl).expect(503)

    const [token, asked, ...others] = stepsIn(text)
    assert.equal(token?.facts, 'failed (IdentityError)')
    assert.match(
      asked?.code ?? '',
      /^GET http:\/\/127\.0\.0\.1:\d+\/msi\/token\?api-version=2019-08-01&resource=…&client_id=…$/,
    )
    assert.equal(asked?.facts, '400')
    assert.deepEqual(others, [])
  })

  it('is not on a page that asked nobody', async (t) => {
    const { request } = await start(t)
    for (const path of ['/', '/nothing', `${productsUrl}?page=0`]) {
      assert.equal(traceIn((await request.get(path)).text), '', path)
    }
  })

  it('is kept by no cache, while data may be asked for again', async (t) => {
    const { request } = await start(t)

    await request.get(documentsUrl).expect('Cache-Control', 'no-store')
    const { headers } = await request.get(documentsUrl).set(json).expect('Cache-Control', 'private, no-cache')

    const again = await request
      .get(documentsUrl)
      .set({ ...json, 'If-None-Match': headers.etag ?? '' })
      .expect(304)
    assert.ok(metricsIn(again.headers['server-timing']).length > 1)
  })

  it('changes the cache time of no other HTML: the code behind a page, and a download', async (t) => {
    const { request, cloud } = await start(t)
    await cloud.blobs.put('page.html', '<h1>Hello</h1>', { contentType: 'text/html; charset=utf-8' })
    const { text } = await request.get(documentsUrl).expect(200)
    const source = /"(\/source[^"#]+)/.exec(text)?.[1] ?? ''

    await request.get(source).expect('Cache-Control', 'public, max-age=31536000, immutable')
    await request.get(`${documentsUrl}/page.html`).expect('Cache-Control', 'private, no-cache')
  })
})

describe('Server-Timing', () => {
  for (const { url } of pages) {
    it(`has the same steps as the page ${url}, with JSON too`, async (t) => {
      const { request } = await start(t)
      await request.get(url).expect(200)

      const page = await request.get(url).expect(200)
      const data = await request.get(url).set(json).expect(200)

      const kinds = ['http', 'sql', 'memory']
      const metrics = metricsIn(page.headers['server-timing'])
      const steps = stepsIn(page.text).filter(({ label }) =>
        /^(Request|SQL statement|From memory)$/.test(label),
      )
      assert.equal(metrics.filter(({ name }) => kinds.includes(name)).length, steps.length)
      assert.equal(metrics.at(-1)?.name, 'total')
      assert.ok(metricsIn(data.headers['server-timing']).some(({ name }) => kinds.includes(name)))
    })
  }

  it('tells of a download what came before its first byte', async (t) => {
    const { origin, cloud } = await start(t)
    await cloud.blobs.put('traced.txt', 'traced')

    const { headers } = await rawRequest(origin, `${documentsUrl}/traced.txt`)

    const [call] = metricsIn(String(headers['server-timing'])).filter(
      ({ name, desc }) => name === 'http' && !/msi/.test(desc),
    )
    assert.match(call?.desc ?? '', /^GET https:\/\/.*\/documents\/traced\.txt 200 [\da-f-]{36}$/)
    assert.ok((call?.dur ?? 0) > 0)
  })

  it('is there for errors as JSON', async (t) => {
    const { request, cloud } = await start(t)
    cloud.sql.faults.failNext(229)

    const { headers } = await request.get(productsUrl).set(json).expect(503)

    const failed = metricsIn(headers['server-timing']).filter(({ name }) => name === 'sql')
    assert.equal(failed.length, 1)
    assert.match(failed[0]?.desc ?? '', / 229$/)
  })
})

describe('without SHOW_TRACE', () => {
  it('there is no trace, no header, and no host on any page', async (t) => {
    const { request, cloud } = await startApp(t)
    const visit = async (url: string) => {
      const { text, headers } = await request.get(url)
      assert.equal(headers['server-timing'], undefined)
      assert.equal(traceIn(text), '')
      assert.doesNotMatch(text.replaceAll(/<pre[\s\S]*?<\/pre>/g, ''), /127\.0\.0\.1|localhost|windows\.net/)
      return text
    }

    for (const { url, access } of pages) {
      assert.ok(textOf(await visit(url)).includes(`Granted on ${access.scope} Answered in`))
    }
    cloud.blobs.faults.failNext(403)
    await visit(documentsUrl)
  })
})

/** Notes what the services have received so far; call the result for what they have received since. */
function receivedBy({ cloud: { blobs, vault, sql } }: Site) {
  // The SQL server keeps the latest only, so that a position in its list would soon mean another one.
  for (const requests of [blobs.requests, vault.requests, sql.requests]) requests.length = 0
  const before = vault.challenges
  return () => ({
    requests: [
      ...blobs.requests.map((request) => sentTo(blobs.endpoint, request)),
      ...vault.requests.map((request) => sentTo(vault.endpoint, request)),
    ],
    statements: [...sql.requests],
    challenges: vault.challenges - before,
  })
}

function sentTo(endpoint: string, { method, url }: { method: string; url: string }): string {
  const { origin, pathname, searchParams } = new URL(url, endpoint)
  const query = [...searchParams].map(([name, value]) => `${name}=${isOperation(name) ? value : '…'}`)
  return `${method} ${origin}${pathname}${query.length > 0 ? '?' : ''}${query.join('&')}`
}

const isOperation = (name: string) => ['api-version', 'comp', 'restype'].includes(name)
