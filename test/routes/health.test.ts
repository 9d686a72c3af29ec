import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startApp } from '../support/start-app.ts'

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
  it('says that all three services answer', async (t) => {
    const { request } = await startApp(t)
    const ok = { status: 'ok' }
    await request
      .get('/readyz')
      .expect(200, { status: 'ok', checks: { blobStorage: ok, keyVault: ok, sqlDatabase: ok } })
  })

  it('asks the vault itself, although the secret is kept', async (t) => {
    const { cloud, request } = await startApp(t)
    await request.get('/secret').expect(200)
    cloud.vault.faults.failNext(403, { times: Infinity })

    const { body } = await request.get('/readyz').expect(503)

    assert.equal(body.checks.keyVault.status, 'error')
  })

  const failures: [check: string, cause: (cloud: Cloud) => void][] = [
    ['blobStorage', (cloud) => cloud.blobs.faults.failNext(403, { times: Infinity })],
    ['keyVault', (cloud) => cloud.vault.faults.failNext(403, { times: Infinity })],
    ['sqlDatabase', (cloud) => cloud.sql.logins.failNext(18456, { times: Infinity })],
  ]
  for (const [check, cause] of failures) {
    it(`says 503 and which service fails: ${check}`, async (t) => {
      const { cloud, request } = await startApp(t)
      cause(cloud)

      const { body } = await request.get('/readyz').expect(503)

      assert.equal(body.status, 'error')
      for (const [name, { status, detail }] of Object.entries<Check>(body.checks)) {
        assert.equal(status, name === check ? 'error' : 'ok', name)
        assert.equal(typeof detail, name === check ? 'string' : 'undefined')
      }
    })
  }

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
    const { cloud, request } = await startApp(t)
    await request.get('/readyz').expect(200)
    const before = cloud.blobs.requests.length
    cloud.blobs.faults.delayNext(200, { times: 5 })

    await Promise.all(Array.from({ length: 5 }, () => request.get('/readyz').expect(200)))

    assert.equal(cloud.blobs.requests.length - before, 1)
  })

  it('is ready again when the services are', async (t) => {
    const { cloud, request } = await startApp(t)
    cloud.sql.logins.failNext(18456)
    cloud.blobs.faults.failNext(403)

    await request.get('/readyz').expect(503)
    await request.get('/readyz').expect(200)
  })
})

type Cloud = Awaited<ReturnType<typeof startApp>>['cloud']
type Check = { status: string; detail?: string }
