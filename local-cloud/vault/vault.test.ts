// Key Vault, proved by the real SecretClient and by plain requests.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DefaultAzureCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import { principal } from '../identity/index.ts'
import { cloud } from '../test-cloud.ts'

const { identity, vault } = cloud
const credential = new DefaultAzureCredential({ managedIdentityClientId: identity.app.clientId })
const client = new SecretClient(vault.endpoint, credential, { retryOptions: { retryDelayInMs: 10 } })

const ask = (path: string, token?: string, method = 'GET') =>
  fetch(`${vault.endpoint}${path}`, { method, headers: token ? { authorization: `Bearer ${token}` } : {} })

const appToken = () => identity.issue(identity.app, vault.resource)

describe('the vault', () => {
  it('starts with the secret of its seed', async () => {
    const { value, properties } = await client.getSecret(cloud.env.AZURE_KEY_VAULT_SECRET_NAME ?? '')

    assert.equal(value, 'seeded')
    assert.equal(properties.contentType, 'text/plain')
    assert.equal(properties.enabled, true)
  })

  it('challenges a client once, and the client asks for a token for the resource named there', async () => {
    const challengesBefore = vault.challenges
    const scopes = new Set<string>()
    const another = new SecretClient(vault.endpoint.replace('demo', 'another'), {
      getToken(asked: string | string[]) {
        for (const scope of [asked].flat()) scopes.add(scope)
        return credential.getToken(asked)
      },
    })
    vault.set('challenged', 'one')

    await another.getSecret('challenged')
    await another.getSecret('challenged')

    assert.equal(vault.challenges, challengesBefore + 1)
    assert.equal(vault.requests.length, 2)
    assert.deepEqual(scopes, new Set([`${vault.resource}/.default`]))
  })

  it('words the challenge as Azure does', async () => {
    const response = await ask('/secrets/any?api-version=7.6')

    assert.equal(response.status, 401)
    assert.equal(
      response.headers.get('www-authenticate'),
      `Bearer authorization="https://login.microsoftonline.com/${identity.tenantId}", resource="${vault.resource}"`,
    )
  })

  it('keeps every version, gives the newest and knows attributes and tags', async () => {
    vault.set('Versioned', 'old', { contentType: 'text/plain', tags: { colour: 'green' } })
    const old = await client.getSecret('versioned')
    vault.set('versioned', 'new', { notBefore: new Date(0), expiresOn: new Date(86_400_000) })

    const current = await client.getSecret('versioned')

    assert.equal(current.value, 'new')
    assert.equal(
      (await client.getSecret('versioned', { version: old.properties.version ?? '' })).value,
      'old',
    )
    assert.deepEqual(old.properties.tags, { colour: 'green' })
    assert.equal(current.properties.expiresOn?.getTime(), 86_400_000)
    assert.equal(current.properties.recoverableDays, 7)
  })

  it('names a resource of its own host and port in the challenge, which every SDK compares in its own way', () => {
    const { hostname, port } = new URL(vault.resource)

    assert.ok(new URL(vault.endpoint).hostname.endsWith(`.${hostname}`))
    assert.equal(port, new URL(vault.endpoint).port)
  })

  it('takes a token for the resource without a port too, which a client makes from the host', async () => {
    vault.set('any', 'value')
    const token = identity.issue(identity.app, 'https://vault.localhost')

    assert.equal((await ask('/secrets/any?api-version=7.6', token)).status, 200)
  })

  it('lists the versions of a secret without their values, page by page', async () => {
    for (const value of ['one', 'two', 'three']) vault.set('listed', value, { contentType: 'text/plain' })
    const pages = client.listPropertiesOfSecretVersions('listed').byPage({ maxPageSize: 2 })
    const sizes: number[] = []
    const versions = new Set<string | undefined>()
    for await (const page of pages) {
      sizes.push(page.length)
      for (const { version, contentType } of page) versions.add(contentType && version)
    }

    assert.deepEqual([sizes, versions.size], [[2, 1], 3])
    const page = await ask('/secrets/listed/versions?api-version=7.6', appToken())
    assert.doesNotMatch(await page.text(), /"value":"/)
    assert.equal(
      (await ask('/secrets/listed/versions?api-version=7.6&maxresults=26', appToken())).status,
      400,
    )
  })

  it('lists no version of a secret that is not there', async () => {
    for await (const version of client.listPropertiesOfSecretVersions('missing')) assert.fail(version.name)
  })

  it('refuses a disabled secret and gives out an expired one', async () => {
    vault.set('disabled', 'x', { enabled: false })
    vault.set('expired', 'stale', { expiresOn: new Date(0) })

    await assert.rejects(client.getSecret('disabled'), {
      statusCode: 403,
      code: 'Forbidden',
      message: 'Operation get is not allowed on a disabled secret.',
    })
    assert.equal((await client.getSecret('expired')).value, 'stale')
  })

  it('has errors for what is missing, misspelt or not done', async () => {
    await assert.rejects(client.getSecret('missing'), { statusCode: 404, code: 'SecretNotFound' })
    await assert.rejects(client.getSecret('under_score'), { statusCode: 400, code: 'BadParameter' })
    assert.equal((await ask('/secrets/any', appToken())).status, 400)
    assert.equal((await ask('/keys/demo-secret?api-version=7.6', appToken())).status, 404)
    assert.equal((await ask('/secrets/any?api-version=7.6', appToken(), 'PUT')).status, 405)
  })
})

describe('access to the vault', () => {
  it('is refused with a token for another service, a stale one and a forged one', async () => {
    identity.tokenLifetimeSeconds = 0
    const stale = appToken()
    identity.tokenLifetimeSeconds = 3600
    const refusals = {
      [`AKV10022: Invalid audience. Expected ${vault.resource}, found: https://storage.azure.com.`]:
        identity.issue(identity.app, 'https://storage.azure.com'),
      '[TokenExpired]': stale,
      'AKV10046: Unable to resolve the key used for signature validation.': `${appToken().slice(0, -8)}AAAAAAAA`,
    }

    for (const [message, token] of Object.entries(refusals)) {
      const response = await ask('/secrets/any?api-version=7.6', token)

      const { error } = (await response.json()) as { error: { code: string; message: string } }
      assert.equal(response.status, 401)
      assert.equal(error.code, 'Unauthorized')
      assert.ok(error.message.startsWith(message), error.message)
    }
  })

  it('is refused to an identity without a role', async () => {
    const stranger = new SecretClient(vault.endpoint, identity.credential(principal('stranger')))

    await assert.rejects(stranger.getSecret('demo-secret'), {
      statusCode: 403,
      message: /^Caller is not authorized to perform action on resource\./,
    })
  })
})

describe('a fault of the vault', () => {
  it('fails with the words of a vault', async () => {
    vault.faults.failNext(403, { code: 'ForbiddenByFirewall', message: 'Client address is not authorized.' })

    const response = await ask('/secrets/demo-secret?api-version=7.6', appToken())

    assert.equal(response.status, 403)
    assert.deepEqual(await response.json(), {
      error: {
        code: 'Forbidden',
        message: 'Client address is not authorized.',
        innererror: { code: 'ForbiddenByFirewall' },
      },
    })
  })

  it('throttles, and the SDK waits as told and tries again', async () => {
    vault.faults.failNext(429, { headers: { 'retry-after': '0' } })

    assert.ok(await client.getSecret('demo-secret'))
    assert.equal(vault.requests.length, 2)
  })

  it('delays', async () => {
    vault.faults.delayNext(150)
    const before = performance.now()

    await client.getSecret('demo-secret')

    assert.ok(performance.now() - before >= 145)
  })

  it('hangs until the client gives up', async (t) => {
    vault.faults.hangNext()

    const leaving = new AbortController()
    const asked = client.getSecret('demo-secret', { abortSignal: leaving.signal })
    await t.waitFor(() => assert.equal(vault.requests.length, 1), { timeout: 20_000 })
    leaving.abort()

    await assert.rejects(asked, { name: 'AbortError' })
  })

  it('drops the connection, and the SDK tries again', async () => {
    vault.faults.dropNext()

    assert.ok(await client.getSecret('demo-secret'))
    assert.equal(vault.requests.length, 2)
  })

  it('cuts the answer', async () => {
    vault.faults.cutNext(10)

    const response = await ask('/secrets/demo-secret?api-version=7.6', appToken())

    await assert.rejects(response.text(), TypeError)
  })

  it('does not hit the question that a new client begins with', async () => {
    vault.faults.failNext(404, { code: 'SecretNotFound' })

    const fresh = new SecretClient(vault.endpoint, credential)

    await assert.rejects(fresh.getSecret('demo-secret'), { statusCode: 404 })
    assert.ok(await fresh.getSecret('demo-secret'))
  })
})
