import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { url } from '../../src/routes/secret.ts'
import { textOf } from '../support/html.ts'
import { assertNotReady } from '../support/readiness.ts'
import { startApp } from '../support/start-app.ts'
import { metricsIn, stepsIn } from '../support/trace.ts'

const value = 'correct horse battery staple'
const json = { Accept: 'application/json' }

describe(`GET ${url}`, () => {
  it('shows what the vault says of the secret, with dates', async (t) => {
    const { cloud, request } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'with-dates' })
    cloud.vault.set('with-dates', value, {
      contentType: 'text/plain',
      expiresOn: new Date('2030-01-02T03:04:05Z'),
    })

    const { body } = await request.get(url).set(json).expect(200)

    assert.deepEqual(Object.keys(body), [
      'name',
      'version',
      'enabled',
      'contentType',
      'createdOn',
      'updatedOn',
      'expiresOn',
      'deliveries',
    ])
    assert.equal(body.name, 'with-dates')
    assert.match(body.version, /^[0-9a-f]{32}$/)
    assert.equal(body.enabled, true)
    assert.equal(body.contentType, 'text/plain')
    assert.equal(body.expiresOn, '2030-01-02T03:04:05.000Z')
    assert.ok(Math.abs(Date.parse(body.createdOn) - Date.now()) < 60_000)
    assert.ok(Math.abs(Date.parse(body.updatedOn) - Date.now()) < 60_000)
  })

  it('says null for what the secret does not have', async (t) => {
    const { cloud, request } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'bare' })
    cloud.vault.set('bare', value)

    const { body } = await request.get(url).set(json).expect(200)

    assert.equal(body.contentType, null)
    assert.equal(body.expiresOn, null)
  })

  it('says in its trace that the secret came from memory, and what the vault was asked before', async (t) => {
    const { request, cloud } = await startApp(t, {}, { SHOW_TRACE: 'true' })
    const asked = cloud.vault.requests.length
    const first = await request.get(url).expect(200)
    const second = await request.get(url).expect(200)

    assert.equal(cloud.vault.requests.length - asked, 1)
    assert.deepEqual(
      // The first request of the process for this audience has a token request too.
      stepsIn(first.text).flatMap(({ label }) => (label === 'Token request' ? [] : [label])),
      ['Request', 'Token', 'Request'],
    )
    const [memory, ...others] = stepsIn(second.text)
    assert.deepEqual(others, [])
    assert.match(
      memory?.facts ?? '',
      /^the secret, kept since \d\d:\d\d:\d\d UTC, (?:\d+ seconds? ago|just now)$/,
    )
    const names = metricsIn(second.headers['server-timing']).map(({ name }) => name)
    assert.deepEqual(names, ['memory', 'total'])
  })

  it('never shows the value, in no answer, header or log line', async (t) => {
    const { cloud, request, logged } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'hidden' })
    cloud.vault.set('hidden', value)

    const page = await request.get(url).expect(200)
    const data = await request.get(url).set(json).expect(200)

    for (const { text, headers } of [page, data]) {
      assert.ok(!`${text}${JSON.stringify(headers)}`.includes(value))
    }
    assert.ok(logged.length > 0)
    assert.ok(!logged.join().includes(value))
  })

  it('tells the visitor why', async (t) => {
    const { request } = await startApp(t)
    await request.get(url).expect(200, /never shows the value, because/)
  })

  it('says when it was fetched and when it will be again, in words for people', async (t) => {
    const { cloud, request } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'timed' })
    cloud.vault.set('timed', value)

    const first = textOf((await request.get(url).expect(200)).text)
    const second = textOf((await request.get(url).expect(200)).text)

    assert.match(first, /Answered in (\d+ ms|less than 1 ms|[\d.]+ s)/)
    assert.match(first, /The first visit after \d+ \w+ \d{4}, [\d:]{8} UTC makes it read the secret again/)
    assert.match(first, /Expires never/)
    assert.match(second, /Answered in 0 ms, from memory/)
    assert.match(second, /The site read the secret from Key Vault (?:\d+ seconds? ago|just now)/)
  })

  it('says so when it shows the cached secret because the vault cannot be reached', async (t) => {
    const { cloud, request } = await startApp(t, { secretMs: 0 })
    await request.get(url).expect(200)
    cloud.vault.faults.failNext(500, { times: Infinity })

    const { text } = await request.get(url).expect(200)

    assert.match(textOf(text), /Key Vault could not be reached/)
  })

  it('says of an expired secret that it has expired, and that the vault still returns it', async (t) => {
    const { cloud, request } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'lapsed' })
    cloud.vault.set('lapsed', value, { expiresOn: new Date('2020-01-01T00:00:00Z') })
    const { text } = await request.get(url).expect(200)
    assert.match(textOf(text), /Expired 1 Jan 2020, 00:00:00 UTC , \d+ years ago Key Vault still returns/)
  })

  it('asks browsers and proxies to keep nothing', async (t) => {
    const { request } = await startApp(t)
    await request.get(url).expect('Cache-Control', 'no-store')
  })

  it('reads the vault once for many visitors at a time, and then keeps the secret', async (t) => {
    const { cloud, request } = await startApp(t)
    const before = cloud.vault.requests.length

    await Promise.all(Array.from({ length: 20 }, () => request.get(url).expect(200)))
    await request.get(url).expect(200)

    assert.equal(cloud.vault.requests.length - before, 1)
  })

  it('reads the vault again when the time has come', async (t) => {
    const { cloud, request } = await startApp(t, { secretMs: 0 }, { AZURE_KEY_VAULT_SECRET_NAME: 'rotated' })
    cloud.vault.set('rotated', 'first')
    const first = await request.get(url).set(json).expect(200)
    cloud.vault.set('rotated', 'second')

    const second = await request.get(url).set(json).expect(200)

    assert.notEqual(second.body.version, first.body.version)
  })

  it('answers 404 when the vault has no such secret', async (t) => {
    const { request } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'nowhere' })
    const { body } = await request.get(url).set(json).expect(404)
    assert.equal(body.detail, 'There is no such secret.')
  })

  it('answers 503 when the secret is disabled', async (t) => {
    const { cloud, request } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'disabled' })
    cloud.vault.set('disabled', value, { enabled: false })
    await request
      .get(url)
      .expect(503)
      .expect('Retry-After', /^[1-9]/)
  })

  it('shows an expired secret, which the vault still gives', async (t) => {
    const { cloud, request } = await startApp(t, {}, { AZURE_KEY_VAULT_SECRET_NAME: 'expired' })
    cloud.vault.set('expired', value, { expiresOn: new Date('2020-01-01T00:00:00Z') })
    const { body } = await request.get(url).set(json).expect(200)
    assert.equal(body.expiresOn, '2020-01-01T00:00:00.000Z')
  })
})

describe('GET /readyz', () => {
  it('says that the vault fails, although the secret is kept', (t) =>
    assertNotReady(t, 'keyVault', async ({ cloud, request }) => {
      await request.get(url).expect(200)
      cloud.vault.faults.failNext(403, { times: Infinity })
    }))
})

describe(`GET ${url}/value`, () => {
  it('is not there', async (t) => {
    const { request } = await startApp(t)
    await request.get(`${url}/value`).expect(404)
  })
})
