// The hook that keeps what is deployed: run as azd runs it, and where Azure does not answer as it should.
import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import { principal } from 'local-cloud'
import { assertFailed } from '../../support/hooks.ts'
import { cloud, hooks, succeeded } from '../../support/provision.ts'

const { arm } = cloud
const where = {
  AZURE_ENV_NAME: 'keyless-express',
  AZURE_SUBSCRIPTION_ID: arm.subscriptionId,
  AZURE_LOCATION: 'westeurope',
  // What azd knows of a tenant before the first deployment: nothing.
  AZURE_TENANT_ID: '',
}
const always = { times: Infinity }

beforeEach(() => {
  hooks.environment.clear()
  for (const [name, value] of Object.entries(where)) hooks.environment.set(name, value)
  for (const list of [arm.deployments, arm.deletedVaults]) list.length = 0
})
after(() => arm.reset())

const run = (changes = {}) => hooks.run('preprovision', { ...where, ...changes })

/** A deployment in the history of the subscription. */
function deployed({
  minutesAgo = 0,
  state = 'Succeeded',
  tags = {},
  outputs = {} as Record<string, unknown>,
} = {}) {
  arm.deployments.push({
    name: `deployment-${arm.deployments.length}`,
    location: 'westeurope',
    tags: { 'azd-env-name': 'keyless-express', ...tags },
    properties: {
      provisioningState: state as 'Succeeded',
      timestamp: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [name, { type: 'String', value }]),
      ),
    },
  })
}

const sku = (value: string) => ({
  outputs: {
    deployeD_APP_SERVICE_SKU: value,
    AZURE_SQL_SERVER_NAME: arm.sqlServer,
    AZURE_RESOURCE_GROUP: arm.resourceGroup,
  },
})

describe('preprovision', () => {
  it('takes over what the newest deployment says, by way of tsx and azd', async () => {
    deployed({ minutesAgo: 9, ...sku('B1') })
    deployed({ minutesAgo: 5, ...sku('P1v3') })

    const { stdout, ...result } = await hooks.startWithTsx('preprovision', where).ended

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Stays as it is deployed: APP_SERVICE_SKU P1v3\n/)
    assert.equal(hooks.environment.get('DEPLOYED_APP_SERVICE_SKU'), 'P1v3')
  })

  it('passes over what is not a deployment of this environment that succeeded', async () => {
    deployed({ minutesAgo: 9, ...sku('P1v3') })
    deployed({ state: 'Failed', ...sku('B2') })
    deployed({ state: 'Running', ...sku('B2') })
    deployed({ tags: { 'azd-env-name': 'other' }, ...sku('B2') })
    deployed({ tags: { 'azd-project-name': 'other' }, ...sku('B2') })
    deployed({ tags: { 'azd-layer-name': 'other' }, ...sku('B2') })

    await run()

    assert.equal(hooks.environment.get('DEPLOYED_APP_SERVICE_SKU'), 'P1v3')
  })

  it('finds it among hundreds', async () => {
    for (let count = 0; count < 120; count += 1) deployed({ tags: { 'azd-env-name': 'other' } })
    deployed(sku('P1v3'))

    await run()

    assert.equal(hooks.environment.get('DEPLOYED_APP_SERVICE_SKU'), 'P1v3')
  })

  it('leaves azd alone when there is nothing to set, as before the first deployment', async () => {
    const before = Object.fromEntries(hooks.environment)

    assert.partialDeepStrictEqual(await run(), succeeded)

    assert.deepEqual(Object.fromEntries(hooks.environment), before)
  })

  it('says what to do where no subscription is known yet', async () => {
    const { stdout, ...result } = await run({ AZURE_SUBSCRIPTION_ID: '' })

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /run `azd env refresh` first/)
    assert.deepEqual(arm.requests, [])
  })
})

describe('the cloud', () => {
  const name = where.AZURE_ENV_NAME
  const publicCloud = 'https://management.azure.com'
  const government = 'https://management.usgovcloudapi.net'
  const china = 'https://management.chinacloudapi.cn'
  const cases: [text: string, endpoint: string, configuration: Record<string, string>, asked: string][] = [
    ['is the public one, unless azd is configured for another', '', {}, publicCloud],
    ['is the one that the user has set', '', { '/cloud.name': 'AzureUSGovernment' }, government],
    [
      'is rather the one that the environment has set',
      '',
      { '/cloud.name': 'AzureUSGovernment', [`${name}/cloud.name`]: 'AzureChinaCloud' },
      china,
    ],
    ['is the one of the deployment, once there is one', china, { '/cloud.name': 'AzureUSGovernment' }, china],
  ]
  for (const [text, endpoint, configuration, asked] of cases) {
    it(text, async () => {
      for (const [path, value] of Object.entries(configuration)) hooks.configuration.set(path, value)
      hooks.scopes.length = 0
      // Nobody is signed in, so that no real cloud is asked.
      hooks.signIn(undefined)
      try {
        assertFailed(await run({ AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint }), /sign in with/)
      } finally {
        hooks.signIn(cloud.identity.deployer)
        hooks.configuration.clear()
      }
      assert.deepEqual(hooks.scopes, [`${asked}/.default`])
    })
  }
})

describe('where Azure does not answer', () => {
  for (const status of [403, 404, 405, 501]) {
    it(`goes on with what the environment knows after ${status}`, async () => {
      arm.faults.failNext(status, always)
      const known = {
        DEPLOYED_APP_SERVICE_SKU: 'P1v3',
        DEPLOYED_SQL_ADMIN_OBJECT_ID: principal('alice').objectId,
        DEPLOYED_SQL_ADMIN_TYPE: 'User',
      }

      const { stdout, ...result } = await run(known)

      assert.deepEqual(result, succeeded)
      assert.match(stdout, /\(!\) Azure does not say what is deployed/)
      assert.match(stdout, /Stays as it is deployed: APP_SERVICE_SKU P1v3/)
      assert.equal(hooks.environment.get('DEPLOYED_APP_SERVICE_SKU'), undefined, 'is left as it is')
      assert.equal(hooks.environment.get('KEPT_SQL_ADMIN_OBJECT_ID'), known.DEPLOYED_SQL_ADMIN_OBJECT_ID)
    })
  }

  it('keeps the administrator of the last deployment when the server does not say', async () => {
    const { outputs } = sku('B1')
    const admin = { DEPLOYED_SQL_ADMIN_OBJECT_ID: principal('alice').objectId, AZURE_SQL_SERVER_NAME: 'gone' }
    deployed({ outputs: { ...outputs, ...admin } })

    await run()

    assert.equal(hooks.environment.get('KEPT_SQL_ADMIN_OBJECT_ID'), admin.DEPLOYED_SQL_ADMIN_OBJECT_ID)
  })

  it('asks again when Azure is busy', async () => {
    deployed(sku('P1v3'))
    arm.faults.failNext(503, { times: 2 })
    arm.faults.dropNext()

    assert.partialDeepStrictEqual(await run(), succeeded)

    assert.equal(hooks.environment.get('DEPLOYED_APP_SERVICE_SKU'), 'P1v3')
  })

  it('stops rather than guess when it stays busy', async () => {
    arm.faults.failNext(503, always)

    assertFailed(
      await run(),
      /does not say what is deployed \(ServerTimeout: The request timed out\): try again later/,
    )
  })

  it('stops when nobody is signed in', async () => {
    hooks.signIn(undefined)

    assertFailed(await run(), /sign in with `azd auth login`, then try again/)
  })

  it('stops when azd does not take the variables', async () => {
    deployed(sku('P1v3'))
    hooks.environment.set('AZURE_ENV_NAME', 'other')

    const { ended } = hooks.startProcess('preprovision', where)

    assertFailed(await ended, /azd env set failed \(.*environment does not exist.*\)/)
  })
})
