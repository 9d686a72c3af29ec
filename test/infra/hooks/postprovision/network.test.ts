// What the postprovision hook opens, and that it closes it again.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertClosed, cloud, hooks, succeeded } from '../../../support/provision.ts'
import { readData } from '../../bicep.ts'

const { arm, blobs, identity, sql } = cloud

describe('postprovision opens and closes', () => {
  it('the SQL server, for the one address that it names', async () => {
    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Opened the SQL server to 127\.0\.0\.1/)
    assert.match(stdout, /Closed the SQL server again/)
    await assertClosed()
  })

  it('Blob Storage for the upload, and leaves its other rules as they are', async () => {
    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Opened Blob Storage/)
    assert.match(stdout, /Closed Blob Storage again/)
    assert.deepEqual(await networkAcls(), {
      bypass: 'AzureServices',
      defaultAction: 'Deny',
      virtualNetworkRules: [{ id: 'subnet-of-the-site', action: 'Allow', state: 'Succeeded' }],
      ipRules: [],
    })
    await assertClosed()
  })

  it('nothing that lets it in anyway', async () => {
    sql.firewall.closed = false
    blobs.firewall.closed = false

    const { stdout } = await hooks.run('postprovision', { DEPLOYED_RESTRICT_NETWORK: 'false' })

    assert.doesNotMatch(stdout, /Opened/)
    const changes = arm.requests.filter(
      ({ method, path }) => method !== 'GET' && !path.endsWith('/tags/default'),
    )
    assert.deepEqual(
      changes.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`),
      ['DELETE developer'],
    )
  })

  it('nothing where there are private endpoints, and says from where to run it', async () => {
    const { code, stdout, stderr } = await hooks.run('postprovision', { DEPLOYED_PRIVATE_ENDPOINTS: 'true' })

    assert.equal(code, 1)
    assert.match(
      stderr,
      /The SQL server does not let in 127\.0\.0\.1: run `azd hooks run postprovision` on a machine in the virtual network/,
    )
    assert.doesNotMatch(stdout, /Opened/)
    const changes = arm.requests.filter(({ method }) => method !== 'GET')
    // The record of what is done, which is begun anew.
    assert.deepEqual(
      changes.map(({ path }) => path.split('/').at(-1)),
      ['default'],
    )
  })

  it('not Blob Storage either, once the database is prepared from inside', async () => {
    sql.firewall.closed = false

    const { code, stderr } = await hooks.run('postprovision', { DEPLOYED_PRIVATE_ENDPOINTS: 'true' })

    assert.equal(code, 1)
    assert.match(
      stderr,
      /Blob Storage does not let this machine in \(AuthorizationFailure\): run `azd hooks run/,
    )
    assert.equal(((await networkAcls()) as { defaultAction: string }).defaultAction, 'Deny')
  })

  it('needs to open nothing inside the virtual network', async () => {
    sql.firewall.closed = false
    blobs.firewall.closed = false

    const { stdout, ...result } = await hooks.run('postprovision', {
      DEPLOYED_PRIVATE_ENDPOINTS: 'true',
      DEPLOYED_RESTRICT_NETWORK: 'false',
    })

    assert.deepEqual(result, succeeded)
    assert.doesNotMatch(stdout, /Opened/)
  })

  it('at the API versions of the template', async () => {
    await hooks.run('postprovision')

    const versions = readData('api-versions.json')
    for (const { path, apiVersion } of arm.requests) {
      const type = typeOf(path)
      // The template sets tags as properties of their resources, and so has no version for this.
      assert.equal(apiVersion, type === 'Microsoft.Resources/tags' ? '2021-04-01' : versions[type], type)
    }
  })

  it('but keeps the rule of a developer, until there is none', async () => {
    arm.addFirewallRule('developer', '203.0.113.7')

    await hooks.run('postprovision', { DEPLOYED_DEVELOPER_IP_ADDRESS: '203.0.113.7' })
    assert.deepEqual([...arm.firewallRules.keys()], ['developer'])

    await hooks.run('postprovision')
    assert.deepEqual([...arm.firewallRules.keys()], [])
  })
})

/** `…/providers/Microsoft.Sql/servers/a/databases/b` is a Microsoft.Sql/servers/databases. */
function typeOf(path: string): string {
  const [provider, ...rest] = path.split('/providers/').at(-1)?.split('/') ?? []
  return [provider, ...rest.filter((_, index) => index % 2 === 0)].join('/')
}

async function networkAcls(): Promise<unknown> {
  const path = `/subscriptions/${arm.subscriptionId}/resourceGroups/${arm.resourceGroup}/providers/Microsoft.Storage/storageAccounts/${arm.storageAccount}`
  const response = await fetch(`${arm.endpoint}${path}?api-version=2026-04-01`, {
    headers: { authorization: `Bearer ${identity.issue(identity.deployer, arm.endpoint)}` },
  })
  const { properties } = (await response.json()) as { properties: { networkAcls: unknown } }
  return properties.networkAcls
}
