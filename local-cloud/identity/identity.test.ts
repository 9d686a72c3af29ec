// The identity service of a site with one user-assigned identity, proved by the real DefaultAzureCredential and by plain
// requests. Sites with other identities: ../identities.test.ts.
import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { DefaultAzureCredential } from '@azure/identity'
import { cloud } from '../test-cloud.ts'
import { principal } from './index.ts'

const { identity } = cloud
const credential = new DefaultAzureCredential({ managedIdentityClientId: identity.app.clientId })

/** Asks as the SDK does, but for what the test leaves out or gets wrong. */
function ask(
  query: Record<string, string>,
  headers: Record<string, string> = { 'x-identity-header': identity.header },
) {
  return fetch(`${identity.endpoint}?${new URLSearchParams({ 'api-version': '2019-08-01', ...query })}`, {
    headers,
  })
}

const resource = 'https://storage.azure.com'
const client_id = identity.app.clientId

describe('the identity service', () => {
  beforeEach(() => {
    identity.faults.clear()
    identity.tokenLifetimeSeconds = 3600
    identity.requests.length = 0
  })

  it('gives the app a token for one audience through DefaultAzureCredential', async () => {
    const { token, expiresOnTimestamp } = await credential.getToken('https://vault.localhost/.default')

    const claims = identity.verify(token, 'https://vault.localhost')
    assert.equal(claims.oid, identity.app.objectId)
    assert.equal(claims.appid, identity.app.clientId)
    assert.equal(claims.iss, `https://sts.windows.net/${identity.tenantId}/`)
    // The SDK counts the lifetime from before it asked, in whole seconds.
    const early = claims.exp * 1000 - expiresOnTimestamp
    assert.ok(early >= 0 && early < 60_000, `${early} ms`)
    assert.deepEqual(identity.requests, [
      { resource: 'https://vault.localhost', clientId: identity.app.clientId },
    ])
  })

  it('answers in the words of App Service', async () => {
    const response = await ask({ resource, client_id })

    const { access_token, expires_on, ...rest } = (await response.json()) as Record<string, unknown>
    assert.equal(response.status, 200)
    assert.equal(typeof access_token, 'string')
    assert.match(String(expires_on), /^\d{10}$/)
    assert.deepEqual(rest, { resource, token_type: 'Bearer', client_id })
  })

  it('refuses who does not know the header', async () => {
    assert.equal((await ask({ resource, client_id }, {})).status, 401)
    assert.equal((await ask({ resource, client_id }, { 'x-identity-header': 'guessed' })).status, 403)
  })

  it('wants a resource and the api-version it knows', async () => {
    assert.equal((await ask({ client_id })).status, 400)
    assert.equal((await ask({ resource, client_id, 'api-version': '2017-09-01' })).status, 400)
  })

  it('issues tokens to others for a test to sign in with', async () => {
    const stranger = principal('stranger')

    const { token } = (await identity.credential(stranger).getToken(`${resource}/.default`)) ?? {}

    assert.equal(identity.verify(token ?? '', resource).oid, stranger.objectId)
    assert.equal(identity.requests.length, 0)
  })

  it('verifies audience, with or without a slash at the end, signature and expiry', async () => {
    const token = identity.issue(identity.app, 'https://database.windows.net/')
    identity.tokenLifetimeSeconds = 0
    const expired = identity.issue(identity.app, resource)
    const [head = '', body = '', signature = ''] = token.split('.')
    const forged = Buffer.from(body, 'base64url')
      .toString()
      .replace(identity.app.objectId, identity.deployer.objectId)

    assert.ok(identity.verify(token, 'https://database.windows.net'))
    assert.throws(() => identity.verify(token, resource), { cause: 'audience' })
    assert.throws(() => identity.verify(expired, resource), { cause: 'expired' })
    assert.throws(
      () => identity.verify([head, Buffer.from(forged).toString('base64url'), signature].join('.'), token),
      { cause: 'signature' },
    )
    assert.throws(() => identity.verify('nonsense', resource), { cause: 'signature' })
  })
})

describe('a fault of the identity service', () => {
  it('fails, and the credential says so', async () => {
    identity.faults.failNext(403, { message: 'Not today.' })

    await assert.rejects(credential.getToken('https://fails.example/.default'), /Not today\./)
  })

  it('delays', async () => {
    identity.faults.delayNext(150)
    const before = performance.now()

    assert.equal((await ask({ resource, client_id })).status, 200)
    assert.ok(performance.now() - before >= 145)
  })

  it('hangs until the client gives up', async () => {
    identity.faults.hangNext()

    const first = await Promise.race([ask({ resource, client_id }), setTimeout(200, 'still waiting')])

    assert.equal(first, 'still waiting')
    assert.equal((await ask({ resource, client_id })).status, 200)
  })

  it('drops the connection', async () => {
    identity.faults.dropNext()

    await assert.rejects(ask({ resource, client_id }), TypeError)
  })

  it('cuts the answer', async () => {
    identity.faults.cutNext(10)

    const response = await ask({ resource, client_id })

    assert.equal(response.status, 200)
    await assert.rejects(response.text(), TypeError)
  })
})
