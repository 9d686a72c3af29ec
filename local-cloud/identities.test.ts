// Which managed identity gives a token, for sites with a system-assigned one, one user-assigned, several, both and none.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { type IdentityOptions, type Principal, principal, startIdentity } from './identity/index.ts'
import { startLocalCloud } from './index.ts'
import { connect } from './sql/test-client.ts'
import { seed } from './test-support.ts'

const resource = 'https://vault.localhost'
const notLoaded = 'Unable to load the proper Managed Identity.'
const notFound =
  'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.'

async function start(t: TestContext, options?: IdentityOptions) {
  const identity = await startIdentity(options)
  t.after(identity.close)

  /** The name of the identity that gave a token, or the message of a 400. */
  async function ask(query: Record<string, string> = {}): Promise<string | undefined> {
    const url = `${identity.endpoint}?${new URLSearchParams({ 'api-version': '2019-08-01', resource, ...query })}`
    const response = await fetch(url, { headers: { 'x-identity-header': identity.header } })
    const { access_token, client_id, message } = (await response.json()) as Record<string, string>
    if (!access_token) {
      assert.equal(response.status, 400)
      return message
    }
    assert.equal(identity.verify(access_token, resource).appid, client_id)
    const { to } = identity.issued.at(-1) ?? {}
    const identities = [identity.systemAssigned, ...identity.userAssigned]
    assert.equal(identities.find((one) => one?.clientId === client_id)?.name, to)
    return to
  }

  return { identity, ask }
}

/** The ids of an identity, as the parameters that may carry them. */
const namesOf = ({ clientId, objectId, resourceId }: { [id: string]: string }): Record<string, string>[] => [
  { client_id: clientId ?? '' },
  { principal_id: objectId ?? '' },
  { object_id: objectId ?? '' },
  { mi_res_id: resourceId ?? '' },
]

const unknown = namesOf({ ...principal('somebody'), resourceId: '/subscriptions/none' })

describe('a site with one user-assigned identity', () => {
  it('is what the local cloud plays unless told otherwise', async (t) => {
    const { identity } = await start(t)

    assert.deepEqual(
      identity.userAssigned.map(({ name }) => name),
      [identity.app.name],
    )
    assert.equal(identity.systemAssigned, undefined)
    assert.equal(identity.env.AZURE_CLIENT_ID, identity.app.clientId)
  })

  it('has to name it, by any of its ids, in upper case too', async (t) => {
    const { identity, ask } = await start(t)

    for (const name of namesOf({ ...identity.userAssigned[0] })) {
      const [[parameter, id] = ['', '']] = Object.entries(name)
      assert.equal(await ask(name), 'id-keyless-express', parameter)
      assert.equal(await ask({ [parameter]: id.toUpperCase() }), 'id-keyless-express', parameter)
    }
    assert.equal(await ask(), notLoaded)
  })

  it('gets no token with an id that it does not have, and none with two ids', async (t) => {
    const { identity, ask } = await start(t)

    for (const name of unknown) assert.equal(await ask(name), notFound)
    assert.match(
      (await ask({ client_id: identity.app.clientId, principal_id: identity.app.objectId })) ?? '',
      /^Only one of/,
    )
    assert.deepEqual(identity.issued, [])
    assert.equal(identity.requests.length, 5)
  })
})

describe('a site with several user-assigned identities', () => {
  it('gets a token of the one that it names, and none without a name', async (t) => {
    const { identity, ask } = await start(t, { userAssigned: ['first', 'second'] })
    const [first, second] = identity.userAssigned

    assert.equal(await ask({ client_id: first?.clientId ?? '' }), 'first')
    assert.equal(await ask({ mi_res_id: second?.resourceId ?? '' }), 'second')
    assert.equal(await ask(), notLoaded)
    assert.deepEqual(identity.issued, [
      { resource, to: 'first' },
      { resource, to: 'second' },
    ])
    assert.equal(identity.env.AZURE_CLIENT_ID, first?.clientId)
  })
})

describe('a site with a system-assigned identity', () => {
  it('gets its token without a name, and none with one', async (t) => {
    const { identity, ask } = await start(t, { systemAssigned: true })

    assert.equal(await ask(), 'app-keyless-express')
    assert.equal(await ask({ client_id: identity.app.clientId }), notFound)
    for (const name of unknown) assert.equal(await ask(name), notFound)
    assert.equal(identity.app, identity.systemAssigned)
    assert.equal(identity.env.AZURE_CLIENT_ID, undefined)
    assert.equal(identity.env.IDENTITY_ENDPOINT, identity.endpoint)
  })
})

describe('a site with identities of both kinds', () => {
  it('gets a token of the system-assigned one unless it names another', async (t) => {
    const { identity, ask } = await start(t, { systemAssigned: true, userAssigned: ['named'] })

    assert.equal(await ask(), 'app-keyless-express')
    assert.equal(await ask({ client_id: identity.userAssigned[0]?.clientId ?? '' }), 'named')
    assert.equal(identity.env.AZURE_CLIENT_ID, identity.userAssigned[0]?.clientId)
  })
})

describe('a site without an identity', () => {
  it('has no endpoint in its environment, and gets no token from it', async (t) => {
    const { identity, ask } = await start(t, {})

    assert.equal(await ask(), notLoaded)
    assert.equal(identity.env.IDENTITY_ENDPOINT, undefined)
    assert.equal(identity.env.IDENTITY_HEADER, undefined)
    assert.equal(identity.env.AZURE_CLIENT_ID, undefined)
  })

  it('fails to sign in with the SDK, which asks nobody but the local cloud', async (t) => {
    const { identity } = await start(t, {})
    const program = `
      import { DefaultAzureCredential } from '@azure/identity'
      const credential = new DefaultAzureCredential({ retryOptions: { maxRetries: 0 } })
      await credential.getToken('${resource}/.default')`
    const env = { PATH: process.env.PATH, ...identity.env }

    await assert.rejects(
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: import.meta.dirname,
        env,
      }),
      /ManagedIdentityCredential/,
    )

    assert.ok(identity.requests.length > 0)
    assert.deepEqual(identity.issued, [])
  })
})

describe('the services', () => {
  it('let in the identity that the app uses and no other, until a test says so', async (t) => {
    const identities = { systemAssigned: true, userAssigned: ['id-keyless-express'] }
    const cloud = await startLocalCloud({ seed, identities })
    t.after(cloud.close)
    cloud.adopt()
    const { identity, blobs, vault, sql } = cloud
    const { systemAssigned = assert.fail(), app } = identity

    async function read(who: Principal, url: string, audience: string): Promise<number> {
      const authorization = `Bearer ${identity.issue(who, audience)}`
      return (await fetch(url, { headers: { authorization, 'x-ms-version': '2025-11-05' } })).status
    }

    const statuses = (who: Principal) =>
      Promise.all([
        read(who, `${blobs.endpoint}/documents/Welcome.md`, 'https://storage.azure.com'),
        read(who, `${vault.endpoint}/secrets/demo-secret?api-version=7.6`, 'https://vault.localhost'),
      ])

    async function logIn(who: Principal): Promise<void> {
      const credential = identity.credential(who)
      const authentication = { type: 'token-credential', options: { credential } } as const
      const connection = await connect(sql.port, authentication as never, { database: 'keyless-express' })
      connection.close()
    }

    assert.deepEqual(await statuses(app), [200, 200])
    assert.deepEqual(await statuses(systemAssigned), [403, 403])
    await logIn(app)
    await assert.rejects(logIn(systemAssigned), /Login failed/)

    for (const { readers } of [blobs, vault]) {
      readers.delete(app)
      readers.add(systemAssigned)
    }
    assert.deepEqual(await statuses(app), [403, 403])
    assert.deepEqual(await statuses(systemAssigned), [200, 200])

    await cloud.reset()
    assert.deepEqual(await statuses(app), [200, 200])
    assert.deepEqual(await statuses(systemAssigned), [403, 403])
  })
})
