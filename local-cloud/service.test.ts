// The contract of service.ts, asked of every service.
import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import { startLocalCloud } from './index.ts'
import type { Service } from './service.ts'
import { ask, connect } from './sql/test-client.ts'
import { listens, seed } from './test-support.ts'

const cloud = await startLocalCloud({ seed })
cloud.adopt()
after(() => cloud.close())

const { identity, blobs, vault, sql, arm, telemetry } = cloud

/** Sends a request with a token of the app, and gives what came back; rejects when nothing did. */
async function get(url: string, resource: string, headers: Record<string, string> = {}): Promise<string> {
  const authorization = `Bearer ${identity.issue(identity.app, resource)}`
  return (await fetch(url, { headers: { authorization, ...headers } })).text()
}

interface Case {
  service: Service
  settings: string[]
  /** One request of the site, whatever the answer. */
  request(): Promise<unknown>
  /** Changes what a reset undoes. */
  change(): void | Promise<void>
  /** What `change` changes. */
  state(): unknown
}

const document = () =>
  get(`${blobs.endpoint}/documents/Welcome.md`, 'https://storage.azure.com', { 'x-ms-version': '2025-11-05' })
const secret = () => get(`${vault.endpoint}/secrets/demo-secret?api-version=7.6`, 'https://vault.localhost')

async function query(statement: string): Promise<unknown> {
  const authentication = {
    type: 'token-credential',
    options: { credential: identity.credential(identity.app) },
  }
  const connection = await connect(sql.port, authentication as never, { database: 'keyless-express' })
  try {
    return (await ask(connection, statement)).rows
  } finally {
    connection.close()
  }
}

const cases: Record<string, Case> = {
  identity: {
    service: identity,
    settings: ['AZURE_CLIENT_ID', 'AZURE_TOKEN_CREDENTIALS', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER'],
    request: () => fetch(identity.endpoint),
    change: () => {
      identity.tokenLifetimeSeconds = 5
    },
    state: () => identity.tokenLifetimeSeconds,
  },
  'blob storage': {
    service: blobs,
    settings: ['AZURE_STORAGE_BLOB_ENDPOINT', 'AZURE_STORAGE_CONTAINER_NAME'],
    request: document,
    async change() {
      await blobs.put('Welcome.md', 'changed')
      await blobs.put('added.txt', 'added')
      await blobs.delete('日本語/鍵.txt')
      await (await blobs.container('another')).put('added.txt', 'added')
      blobs.firewall.closed = true
    },
    async state() {
      const credential = `Bearer ${identity.issue(identity.deployer, 'https://storage.azure.com')}`
      const list = await get(`${blobs.endpoint}/?comp=list`, 'https://storage.azure.com', {
        authorization: credential,
        'x-ms-version': '2025-11-05',
      })
      const names = await get(
        `${blobs.endpoint}/documents?restype=container&comp=list`,
        'https://storage.azure.com',
        { 'x-ms-version': '2025-11-05' },
      )
      const named = (xml: string) => Array.from(xml.matchAll(/<Name>(.*?)<\/Name>/g), ([, name]) => name)
      return [await document(), named(list), named(names)]
    },
  },
  'key vault': {
    service: vault,
    settings: ['AZURE_KEY_VAULT_ENDPOINT', 'AZURE_KEY_VAULT_SECRET_NAME'],
    request: secret,
    change: () => {
      vault.set('demo-secret', 'changed')
      vault.set('added', 'added')
    },
    async state() {
      const added = await get(`${vault.endpoint}/secrets/added?api-version=7.6`, 'https://vault.localhost')
      return [JSON.parse(await secret()).value, JSON.parse(added).error?.code]
    },
  },
  sql: {
    service: sql,
    settings: ['AZURE_SQL_SERVER', 'AZURE_SQL_DATABASE', 'AZURE_SQL_PORT'],
    request: () => query('SELECT 1 AS one'),
    async change() {
      await sql.execute('DELETE FROM dbo.Products WHERE Id = 1; CREATE TABLE dbo.Added (Id int)')
      sql.logins.failNext(40613)
      sql.firewall.closed = true
    },
    state: () =>
      query(
        'SELECT (SELECT COUNT(*) FROM dbo.Products) AS rows, (SELECT COUNT(*) FROM sys.tables) AS tables',
      ),
  },
  'resource manager': {
    service: arm,
    settings: [],
    request: () => get(arm.endpoint, arm.endpoint),
    change: () => {
      arm.addFirewallRule('added', '127.0.0.1')
      arm.roleAssignments.add({ scope: arm.idOf('added'), principalId: 'added' })
      arm.identities.assignBySystem('added')
      arm.identities.all.clear()
    },
    state: () => [
      [...arm.firewallRules],
      [...arm.roleAssignments.all],
      [...arm.identities.all],
      arm.identities.ofSite,
    ],
  },
  telemetry: {
    service: telemetry,
    settings: [],
    request: () => get(telemetry.endpoint, 'https://monitor.azure.com'),
    async change() {
      const [, iKey] = /^InstrumentationKey=([^;]+)/.exec(telemetry.connectionString) ?? []
      const data = { baseType: 'MessageData', baseData: { message: 'added' } }
      const token = identity.issue(identity.app, 'https://monitor.azure.com')
      await fetch(`${telemetry.endpoint}/v2.1/track`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ name: 'Message', time: new Date().toISOString(), iKey, data }),
      })
      assert.equal(telemetry.items().length, 1)
      telemetry.publishers.clear()
    },
    state: () => [[...telemetry.items()], [...telemetry.publishers]],
  },
}

for (const [name, { service, settings, request, change, state }] of Object.entries(cases)) {
  describe(`the contract of ${name}`, () => {
    beforeEach(() => service.reset())

    it('listens at its endpoint', async () => {
      assert.equal(await isListening(service), true)
    })

    it('gives the site its settings', () => {
      assert.deepEqual(Object.keys(service.env).toSorted(), settings.toSorted())
      for (const setting of settings) assert.equal(cloud.env[setting], service.env[setting])
    })

    it('remembers what it was asked', async () => {
      await request()

      assert.equal(service.requests.length, 1)
      assert.ok(service.activity.latest[0]?.outcome)
    })

    it('meets the next request with a fault', async () => {
      service.faults.dropNext()

      await assert.rejects(request())
      await request()
    })

    it('meets every request with a fault that is held, until it is let go', async () => {
      const release = service.faults.hold({ kind: 'drop' })
      await assert.rejects(request())
      await assert.rejects(request())

      release()
      await request()
    })

    it('forgets faults and requests at a reset', async () => {
      await request()
      service.faults.dropNext({ times: Number.POSITIVE_INFINITY })
      service.faults.hold({ kind: 'drop' })
      await service.reset()

      assert.equal(service.requests.length, 0)
      assert.deepEqual(service.activity.latest, [])
      await request()
    })

    it('goes back at a reset to what it was seeded with', async () => {
      const before = await state()
      await change()
      await service.reset()

      assert.deepEqual(await state(), before)
    })
  })
}

describe('the whole local cloud', () => {
  it('is put back by one reset', async () => {
    const states = () => Promise.all(Object.values(cases).map(({ state }) => state()))
    const before = await states()
    for (const { change } of Object.values(cases)) await change()
    await cloud.reset()

    assert.deepEqual(await states(), before)
  })

  it('is closed again when its seed cannot be loaded', async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length

    await assert.rejects(startLocalCloud({ seed: Promise.reject(new Error('no seed')) }), /no seed/)

    const now = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length
    assert.equal(now, before)
  })

  // Last, because it closes the cloud that the others use.
  it('listens nowhere once it is closed', async () => {
    const services: Service[] = [identity, blobs, vault, sql, arm, telemetry]
    await cloud.close()

    const listening = await Promise.all(services.map(isListening))
    assert.deepEqual(listening, [false, false, false, false, false, false])
  })
})

function isListening({ endpoint }: Service): Promise<boolean> {
  const { port } = new URL(endpoint.includes('://') ? endpoint : `tcp://${endpoint}`)
  return listens(Number(port))
}
