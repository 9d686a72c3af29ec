import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { url } from '../../src/routes/secret.ts'
import { startApp } from '../support/start-app.ts'

const day = 24 * 60 * 60 * 1000
const json = { Accept: 'application/json' }
const always = { times: Number.POSITIVE_INFINITY }

describe('Key Vault in trouble', () => {
  const answers: [azure: number, code: string, site: number][] = [
    [403, 'ForbiddenByRbac', 503],
    [401, 'Unauthorized', 503],
    [429, 'Throttled', 503],
    [503, 'ServiceUnavailable', 503],
    [500, 'InternalServerError', 502],
  ]
  for (const [azure, code, site] of answers) {
    it(`is told as ${site} when it says ${azure} ${code}, and works again as soon as it does`, async (t) => {
      const { cloud, request, logged } = await startApp(t)
      const message = `${code} at https://secret-host.example for tenant nemo`
      cloud.vault.faults.failNext(azure, { code, message, ...always })

      const response = await request.get(url).set(json).expect(site)

      assert.doesNotMatch(response.text, /secret-host|nemo|localhost/)
      if (site === 503) assert.ok(Number(response.headers['retry-after']) >= 1)
      assert.ok(logged.some((line) => line.includes('"level":"error"')))

      cloud.vault.faults.clear()
      await request.get(url).expect(200)
    })
  }

  it('answers at once when it is throttled, however long the vault asks to wait', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.vault.faults.failNext(429, { headers: { 'retry-after': '600' }, ...always })
    await request.get(url).timeout(30_000).expect(503)
  })

  it('is asked again when it dropped a connection', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.vault.faults.dropNext()
    await request.get(url).expect(200)
  })

  it('is given up with 504 when it never answers', async (t) => {
    const { cloud, request } = await startApp(t, { requestMs: 1_500, secretReadMs: 1_200 })
    cloud.vault.faults.hangNext(always)

    await request.get(url).timeout(30_000).expect(504)

    cloud.vault.faults.clear()
    await request.get(url).expect(200)
  })
})

describe('a secret that was read before', () => {
  const soonStale = { secretMs: 0, secretRetryMs: 0 }
  const outages: [name: string, cause: (cloud: Cloud) => void][] = [
    ['answers 500', (cloud) => cloud.vault.faults.failNext(500, always)],
    ['is busy', (cloud) => cloud.vault.faults.failNext(429, always)],
    ['drops connections', (cloud) => cloud.vault.faults.dropNext(always)],
    ['never answers', (cloud) => cloud.vault.faults.hangNext(always)],
  ]
  for (const [name, cause] of outages) {
    it(`goes on to serve while the vault ${name}`, async (t) => {
      const { cloud, request } = await startApp(t, { ...soonStale, secretReadMs: 300 })
      const before = await request.get(url).set(json).expect(200)
      cause(cloud)
      const during = await request.get(url).set(json).expect(200)
      assert.deepEqual(during.body, before.body)
    })
  }

  it('does not keep every visitor waiting for a vault in trouble', async (t) => {
    const { cloud, request } = await startApp(t, { secretMs: 0, secretRetryMs: 60_000 })
    await request.get(url).expect(200)
    cloud.vault.faults.failNext(500, always)
    await request.get(url).expect(200)
    const asked = cloud.vault.requests.length

    await request.get(url).expect(200)

    assert.equal(cloud.vault.requests.length, asked)
  })

  it('serves for a bounded time only', async (t) => {
    const { cloud, request } = await startApp(t, { ...soonStale, secretStaleMs: 200 })
    await request.get(url).expect(200)
    cloud.vault.faults.failNext(500, always)
    await setTimeout(250)
    await request.get(url).expect(502)
  })

  it('is read again in its time when the clock has been set back', async (t) => {
    const { cloud, request } = await startApp(t, soonStale)
    await request.get(url).expect(200)
    cloud.vault.faults.failNext(500, always)
    await request.get(url).expect(200)
    cloud.vault.faults.clear()
    const asked = cloud.vault.requests.length

    setClock(t, -day)
    await request.get(url).expect(200)

    assert.equal(cloud.vault.requests.length - asked, 1)
  })

  it('is as fresh as before, and serves as long, when the clock has been set forward', async (t) => {
    const { cloud, request } = await startApp(t, { secretRetryMs: 0 })
    await request.get(url).expect(200)
    const asked = cloud.vault.requests.length

    setClock(t, day)
    await request.get(url).expect(200)

    assert.equal(cloud.vault.requests.length, asked)
  })

  it('serves through an outage as long as before when the clock has been set forward', async (t) => {
    const { cloud, request } = await startApp(t, soonStale)
    await request.get(url).expect(200)
    cloud.vault.faults.failNext(500, always)

    setClock(t, day)

    await request.get(url).expect(200)
  })

  it('does not serve past its expiry, which is a date, when the clock has been set forward', async (t) => {
    const { cloud, request } = await startApp(t, soonStale, { AZURE_KEY_VAULT_SECRET_NAME: 'tomorrow' })
    cloud.vault.set('tomorrow', 'value', { expiresOn: new Date(Date.now() + day / 2) })
    await request.get(url).expect(200)
    cloud.vault.faults.failNext(500, always)

    setClock(t, day)

    await request.get(url).expect(502)
  })

  it('never serves past its expiry', async (t) => {
    const { cloud, request } = await startApp(t, soonStale, { AZURE_KEY_VAULT_SECRET_NAME: 'expiring' })
    cloud.vault.set('expiring', 'value', { expiresOn: new Date(Date.now() - 1000) })
    await request.get(url).expect(200)
    cloud.vault.faults.failNext(500, always)
    await request.get(url).expect(502)
  })

  it('ends at once when the vault refuses it', async (t) => {
    const { cloud, request } = await startApp(t, soonStale, { AZURE_KEY_VAULT_SECRET_NAME: 'withdrawn' })
    cloud.vault.set('withdrawn', 'value')
    await request.get(url).expect(200)
    cloud.vault.set('withdrawn', 'value', { enabled: false })

    const { body } = await request.get(url).set(json).expect(503)
    assert.equal(body.detail, 'The secret is disabled in the key vault.')

    cloud.vault.faults.failNext(500, always)
    await request.get(url).expect(502)
  })
})

/** What people call the time. It stands still from then on; timers and performance.now() go on. */
function setClock(t: TestContext, milliseconds: number): void {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + milliseconds })
}

type Cloud = Awaited<ReturnType<typeof startApp>>['cloud']
