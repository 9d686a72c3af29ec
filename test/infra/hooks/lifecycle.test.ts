// The life of a deployment, from the first `azd up` to the one after `azd down`, with the real hooks, parameters and outputs.
import assert from 'node:assert/strict'
import { after, beforeEach, describe, it, type TestContext } from 'node:test'
import type { Principal } from 'local-cloud'
import { principal } from 'local-cloud'
import { setUpAzd } from '../../support/azd/index.ts'
import { createSubscription, type Subscription } from '../../support/azd/subscription.ts'
import type { Variables } from '../../support/hooks.ts'
import { cloud } from '../../support/provision.ts'

const { arm, identity } = cloud

// The first person is the one whom the local cloud's SQL server knows as its administrator.
const alice = identity.deployer
const bob = principal('bob@keyless.example', 'user')
const pipeline = principal('pipeline', 'app')
const dbas = '5b2f8c1e-0d3a-4c6b-9e7f-1a2b3c4d5e6f'

let subscription: Subscription
beforeEach(() => {
  subscription = createSubscription(cloud)
})
after(() => arm.reset())

/** Somebody's machine with azd, and an environment in which nothing is set yet. */
async function machineOf(
  t: TestContext,
  who: Principal,
  options: { variables?: Variables; fills?: boolean } = {},
) {
  const azd = await setUpAzd({ cloud, subscription, who, ...options })
  t.after(azd.close)
  return azd
}

/** A person who joins a project that is deployed. */
async function joins(t: TestContext, who: Principal) {
  const azd = await machineOf(t, who)
  azd.refresh()
  return azd
}

const settings = {
  IDENTITY_TYPE: 'SystemAssigned',
  APP_SERVICE_SKU: 'P1v3',
  INSTANCE_COUNT: '2',
  ZONE_REDUNDANT: 'true',
  RESTRICT_NETWORK: 'false',
  SQL_USE_FREE_OFFER: 'false',
  RATE_LIMIT_PER_MINUTE: '600',
  SHOW_TRACE: 'false',
  TELEMETRY_SAMPLING_PERCENT: '12.5',
  LOG_DAILY_CAP_GB: '3',
  ALERT_EMAIL: 'ops@keyless.example',
  DEVELOPER_IP_ADDRESS: '203.0.113.7',
  ENABLE_PURGE_PROTECTION: 'true',
}

/** All that is deployed, but for who deployed it and whether that recovered anything. */
function deployedParameters() {
  const [newest] = arm.deployments.toReversed()
  const { principalId, principalType, recoverVault, ...parameters } = newest?.properties.parameters ?? {}
  return Object.fromEntries(
    Object.entries(parameters)
      .map(([name, { value }]) => [name, value])
      .filter(([name]) => !String(name).startsWith('keptSqlAdmin')),
  )
}

describe('the first `azd up`', () => {
  it('deploys the defaults, and makes the deployer the administrator of SQL', async (t) => {
    const azd = await machineOf(t, alice, { fills: true })

    const { parameters, after } = await azd.up()

    assert.deepEqual([after?.stderr, after?.code], ['', 0])
    assert.equal(parameters.appServiceSku, 'B1')
    assert.partialDeepStrictEqual(arm.server.administrators, {
      sid: alice.objectId,
      login: alice.name,
      principalType: 'User',
    })
  })

  it('is followed by one that finds nothing to deploy', async (t) => {
    const azd = await machineOf(t, alice)
    await azd.up()

    assert.equal((await azd.up()).skipped, true)
  })
})

describe('a change', () => {
  it('holds after each provision, skipped or not', async (t) => {
    const azd = await machineOf(t, alice)
    await azd.up()
    for (const [name, value] of Object.entries(settings)) azd.set(name, value)

    const { skipped, said } = await azd.provision()
    assert.equal(skipped, false)
    assert.match(said, /This environment changes APP_SERVICE_SKU from B1 to P1v3/)
    assert.equal((await azd.provision()).skipped, true)
    const { parameters } = await azd.provision({ noState: true })

    assert.partialDeepStrictEqual(parameters, {
      identityType: 'SystemAssigned',
      appServiceSku: 'P1v3',
      instanceCount: 2,
      zoneRedundant: true,
      restrictNetwork: false,
      sqlUseFreeOffer: false,
      rateLimitPerMinute: 600,
      showTrace: false,
      telemetrySamplingPercent: '12.5',
    })
    for (const [name, value] of Object.entries(settings)) assert.equal(azd.environment.get(name), value, name)
  })

  it('is taken back by an empty value', async (t) => {
    const azd = await machineOf(t, alice)
    azd.set('ALERT_EMAIL', 'ops@keyless.example')
    azd.set('APP_SERVICE_SKU', 'B2')
    await azd.up()
    azd.set('ALERT_EMAIL', '')
    azd.set('APP_SERVICE_SKU', '')

    const { parameters, said } = await azd.provision()

    assert.match(said, /changes ALERT_EMAIL from ops@keyless\.example to nothing/)
    assert.partialDeepStrictEqual({ alertEmail: '', ...parameters }, { alertEmail: '', appServiceSku: 'B1' })
  })
})

describe('a second person', () => {
  it('changes nothing, and is told who administers SQL', async (t) => {
    const first = await machineOf(t, alice)
    for (const [name, value] of Object.entries(settings)) first.set(name, value)
    await first.up()
    const before = { parameters: deployedParameters(), administrators: arm.server.administrators }

    const second = await joins(t, bob)
    const { said } = await second.provision({ noState: true })

    assert.deepEqual({ parameters: deployedParameters(), administrators: arm.server.administrators }, before)
    assert.match(said, /Stays as it is deployed: .*APP_SERVICE_SKU P1v3/)
    assert.match(said, new RegExp(`The administrator of SQL stays ${alice.name}`))
    assert.match(said, new RegExp(`azd env set SQL_ADMIN_OBJECT_ID ${bob.objectId}`))
  })

  it('keeps a change that the first one has made since', async (t) => {
    const first = await machineOf(t, alice)
    await first.up()
    const second = await joins(t, bob)
    await second.provision()
    first.set('APP_SERVICE_SKU', 'P1v3')
    await first.provision()

    const { parameters } = await second.provision()

    assert.equal(parameters.appServiceSku, 'P1v3')
  })

  it('keeps a group that administers SQL', async (t) => {
    const first = await machineOf(t, alice)
    first.set('SQL_ADMIN_GROUP_OBJECT_ID', dbas)
    first.set('SQL_ADMIN_LOGIN', 'dbas')
    await first.up()
    const before = arm.server.administrators

    const second = await joins(t, bob)
    await second.provision()

    assert.deepEqual(arm.server.administrators, before)
    assert.partialDeepStrictEqual(before, { sid: dbas, login: 'dbas', principalType: 'Group' })
  })

  it('becomes the administrator of SQL by saying so', async (t) => {
    const first = await machineOf(t, alice)
    await first.up()
    const second = await joins(t, bob)
    second.set('SQL_ADMIN_OBJECT_ID', bob.objectId)

    const { said } = await second.provision()

    assert.match(said, new RegExp(`was ${alice.name} and becomes ${bob.objectId}`))
    assert.partialDeepStrictEqual(arm.server.administrators, { sid: bob.objectId, principalType: 'User' })
    await first.provision()
    assert.equal(arm.server.administrators?.sid, bob.objectId, 'and stays it')
  })

  it('keeps an administrator who was named in the portal', async (t) => {
    const first = await machineOf(t, alice)
    await first.up()
    arm.server.administrators = { sid: dbas, login: 'dbas', principalType: null }

    await first.provision({ noState: true })

    assert.partialDeepStrictEqual(arm.server.administrators, {
      sid: dbas,
      login: 'dbas',
      principalType: null,
    })
  })
})

describe('a pipeline', () => {
  // GitHub hands on variables that are not set as empty ones.
  const unset = Object.fromEntries(
    [...Object.keys(settings), 'ASSIGN_ROLES', 'ROLES_ASSIGNED'].map((name) => [name, '']),
  )

  const where = {
    AZURE_SUBSCRIPTION_ID: arm.subscriptionId,
    AZURE_TENANT_ID: identity.tenantId,
    AZURE_LOCATION: 'westeurope',
  }

  it('starts with an empty environment and resets nothing', async (t) => {
    const first = await machineOf(t, alice)
    for (const [name, value] of Object.entries(settings)) first.set(name, value)
    await first.up()
    const before = { parameters: deployedParameters(), administrators: arm.server.administrators }

    const run = await machineOf(t, pipeline, { variables: { ...unset, ...where } })
    await run.provision()

    assert.deepEqual({ parameters: deployedParameters(), administrators: arm.server.administrators }, before)
  })

  it('sets what its own variables say', async (t) => {
    const first = await machineOf(t, alice)
    await first.up()
    const run = await machineOf(t, pipeline, { variables: { ...unset, ...where, APP_SERVICE_SKU: 'B2' } })

    const { parameters } = await run.provision()

    assert.equal(parameters.appServiceSku, 'B2')
  })
})

describe('an administrator who assigns the roles', () => {
  it('is asked for until a person says that it is done, which then holds for everybody', async (t) => {
    const first = await machineOf(t, alice)
    first.set('ASSIGN_ROLES', 'false')
    await first.up()
    assert.equal(first.settings().rolesAssigned, false)
    first.set('ROLES_ASSIGNED', 'true')

    await first.provision()
    const second = await joins(t, bob)
    const { parameters } = await second.provision()

    assert.deepEqual([first.settings().rolesAssigned, second.settings().rolesAssigned], [true, true])
    assert.equal(first.environment.get('ROLES_ASSIGNED'), 'true')
    assert.equal(parameters.assignRoles, false)
  })

  it('is asked for again once the resources are new', async (t) => {
    const azd = await machineOf(t, alice)
    azd.set('ASSIGN_ROLES', 'false')
    await azd.up()
    azd.set('ROLES_ASSIGNED', 'true')
    await azd.provision()
    azd.down()

    await azd.up()

    assert.equal(azd.settings().rolesAssigned, false)
  })
})

describe('another type of identity', () => {
  const types = ['SystemAssigned', 'UserAssigned']

  it('replaces all that the site has had, there and back', async (t) => {
    const azd = await machineOf(t, alice, { fills: true })
    await azd.up()

    for (const type of types) {
      azd.set('IDENTITY_TYPE', type)
      const { after, said } = await azd.provision()

      assert.deepEqual([after?.stderr, after?.code], ['', 0])
      assert.match(said, new RegExp(`changes IDENTITY_TYPE from .* to ${type}`))
      const { name, principalId } = azd.settings().identity
      const assignees = new Set([...arm.roleAssignments.all.values()].map((role) => role.principalId))
      assert.deepEqual([...assignees], [principalId])
      assert.deepEqual(await databaseUsers(), [name])
      assert.deepEqual([...arm.identities.all.keys()], type === 'UserAssigned' ? [name] : [])
    }
  })

  it('needs the administrator who assigns the roles again, whoever changes it', async (t) => {
    const first = await machineOf(t, alice)
    first.set('ASSIGN_ROLES', 'false')
    await first.up()
    first.set('ROLES_ASSIGNED', 'true')
    await first.provision()
    const second = await joins(t, bob)

    for (const [azd, type] of [
      [first, 'SystemAssigned'],
      [second, 'UserAssigned'],
    ] as const) {
      azd.set('IDENTITY_TYPE', type)
      await azd.provision()
      assert.equal(azd.settings().rolesAssigned, false)

      azd.set('ROLES_ASSIGNED', 'true')
      await azd.provision()
      assert.equal(azd.settings().rolesAssigned, true)
    }
  })

  async function databaseUsers(): Promise<unknown[]> {
    const users = await cloud.sql.execute(
      "SELECT name FROM sys.database_principals WHERE type = 'E' AND name <> 'dbo'",
    )
    return users.map(({ name }) => name)
  }
})

describe('`azd up` after `azd down`', () => {
  it('deploys what was set before', async (t) => {
    const azd = await machineOf(t, alice)
    for (const [name, value] of Object.entries(settings)) azd.set(name, value)
    await azd.up()
    const before = deployedParameters()
    azd.down()

    await azd.up()

    assert.deepEqual(deployedParameters(), before)
  })

  it('makes whoever deploys the administrator of the new server', async (t) => {
    const first = await machineOf(t, alice)
    await first.up()
    const second = await joins(t, bob)
    await second.provision()
    first.down()

    await second.up()

    assert.equal(arm.server.administrators?.sid, bob.objectId)
  })
})

describe('an environment from before settings and outputs had names of their own', () => {
  const earlierOutputs = { RATE_LIMIT_PER_MINUTE: 600, ROLES_ASSIGNED: true, NETWORK_RESTRICTED: false }

  /** A deployment of the earlier template: few outputs, and all parameters. */
  async function deployEarlier(t: TestContext) {
    const azd = await machineOf(t, alice)
    azd.set('APP_SERVICE_SKU', 'P1v3')
    azd.set('RESTRICT_NETWORK', 'false')
    azd.set('RATE_LIMIT_PER_MINUTE', '600')
    await azd.up()
    const { outputs = {}, parameters = {} } = arm.deployments.at(-1)?.properties ?? {}
    for (const name of Object.keys(outputs)) {
      if (!name.toUpperCase().startsWith('DEPLOYED_')) continue
      delete outputs[name]
      azd.environment.delete(name.toUpperCase())
    }
    for (const [name, value] of Object.entries(earlierOutputs)) {
      outputs[name] = { type: 'String', value }
      azd.set(name, String(value))
    }
    delete parameters.rolesAssigned
    return azd
  }

  it('still works', async (t) => {
    const azd = await deployEarlier(t)
    assert.deepEqual([azd.settings().rolesAssigned, azd.settings().networkRestricted], [true, false])

    const { parameters } = await azd.provision({ noState: true })

    assert.partialDeepStrictEqual(parameters, {
      appServiceSku: 'P1v3',
      rateLimitPerMinute: 600,
      restrictNetwork: false,
      rolesAssigned: true,
    })
  })

  it('is kept by a second person, too', async (t) => {
    await deployEarlier(t)

    const { parameters } = await (await joins(t, bob)).provision()

    assert.partialDeepStrictEqual(parameters, {
      appServiceSku: 'P1v3',
      rateLimitPerMinute: 600,
      restrictNetwork: false,
      rolesAssigned: true,
    })
    assert.equal(arm.server.administrators?.sid, alice.objectId)
  })
})
