import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { url } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { pages, startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }

// Tokens are cached for the life of the process, per client id: another one makes the next request cold.
describe('an identity that fails', () => {
  it('answers 503 for a client id that the site does not have, and asks again only after a while', async (t) => {
    const settings = { AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000001' }
    const { cloud, request } = await startApp(t, { tokenFailureMs: 60_000 }, settings)
    const asked = () => cloud.identity.requests.length
    const before = asked()

    for (let visit = 0; visit < 3; visit += 1) {
      const { body } = await request
        .get(url)
        .set(json)
        .expect(503)
        .expect('Retry-After', /^[1-9]/)
      assert.match(body.detail, /could not sign in/)
    }
    assert.equal(asked() - before, 1)

    const { request: impatient } = await startApp(t, { tokenFailureMs: 100 }, settings)
    await eventually(async () => {
      await impatient.get(url).expect(503)
      return asked() - before > 2
    })
  })

  it('is told apart for each audience, and fails every service alike', async (t) => {
    const settings = { AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000002' }
    const { cloud, request } = await startApp(t, {}, settings)
    const before = cloud.identity.requests.length

    for (const { url } of [...pages, ...pages]) await request.get(url).expect(503)

    const services = pages.filter(({ readiness }) => readiness)
    assert.equal(cloud.identity.requests.length - before, services.length)
  })

  it('is asked three times while it answers 500, and then told as 503', async (t) => {
    const settings = { AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000004' }
    const { cloud, request } = await startApp(t, {}, settings)
    const before = cloud.identity.requests.length
    cloud.identity.faults.failNext(500, { times: Infinity })

    await request.get(url).timeout(30_000).expect(503)

    assert.equal(cloud.identity.requests.length - before, 3)
  })

  it('is told as an identity that gave no token when it accepts and never answers, well within the deadline of a page', async (t) => {
    const settings = { AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000003' }
    const { cloud, request } = await startApp(t, { tokenMs: 200, tokenFailureMs: 10_000 }, settings)
    cloud.identity.faults.hangNext({ times: Infinity })

    for (const { url } of pages) {
      const { body } = await request.get(url).set(json).timeout(30_000).expect(503)
      assert.match(body.detail, /could not sign in/, url)
    }
  })

  it('is asked once for equal tokens at the same time, and by itself for another tenant or new claims', async (t) => {
    const { createCredential } = await import('../../src/azure/credential.ts')
    const { limits } = await import('../../src/limits.ts')
    const { cloud } = await startApp(t)
    const credential = createCredential(cloud.env.AZURE_CLIENT_ID, limits)
    const scope = 'https://storage.azure.com/.default'

    const plain = credential.getToken(scope)
    const others = [
      credential.getToken(scope, { tenantId: 'another' }),
      credential.getToken(scope, { claims: '{"access_token":{}}' }),
      credential.getToken('https://vault.localhost/.default'),
    ]

    assert.equal(credential.getToken(scope), plain)
    assert.equal(new Set([plain, ...others]).size, 4)
    await Promise.allSettled([plain, ...others])
  })

  it('gives no token to a SQL server that asks for another audience', async (t) => {
    const { createCredential, IdentityError, restrictToScope } = await import('../../src/azure/credential.ts')
    const { limits } = await import('../../src/limits.ts')
    const { cloud } = await startApp(t)
    const before = cloud.identity.requests.length
    const credential = restrictToScope(
      'https://database.windows.net/.default',
      createCredential(undefined, limits),
    )

    await assert.rejects(credential.getToken('https://management.azure.com/.default'), IdentityError)

    assert.equal(cloud.identity.requests.length, before)
  })
})
