// The vault that `azd down` leaves behind: the preprovision hook recovers it, run alone and in the life of a deployment.
import assert from 'node:assert/strict'
import { after, beforeEach, describe, it, type TestContext } from 'node:test'
import { setUpAzd } from '../../support/azd/index.ts'
import { createSubscription, type Subscription } from '../../support/azd/subscription.ts'
import { cloud, hooks } from '../../support/provision.ts'

const { arm, identity } = cloud
const where = {
  AZURE_ENV_NAME: 'keyless-express',
  AZURE_SUBSCRIPTION_ID: arm.subscriptionId,
  AZURE_LOCATION: 'westeurope',
}

let subscription: Subscription
beforeEach(() => {
  subscription = createSubscription(cloud)
  hooks.environment.clear()
  for (const [name, value] of Object.entries(where)) hooks.environment.set(name, value)
})
after(() => arm.reset())

const run = (changes = {}) => hooks.run('preprovision', { ...where, ...changes })
const vault = () => subscription.vault()

/** The deployer's machine with azd, and an environment in which nothing is set yet. */
async function machine(t: TestContext) {
  const azd = await setUpAzd({ cloud, subscription, who: identity.deployer })
  t.after(azd.close)
  return azd
}

describe('a deleted vault', () => {
  const deletedVault = (changes: object = {}, name = 'kv-abcdefghijklm') => {
    const vaultId = `/subscriptions/${arm.subscriptionId}/resourceGroups/rg-keyless-express/providers/Microsoft.KeyVault/vaults/${name}`
    const properties = {
      vaultId,
      location: 'westeurope',
      tags: { 'azd-env-name': 'keyless-express' },
      ...changes,
    }
    arm.deletedVaults.push({ name, properties })
  }

  it('is recovered when it is the one of this environment', async () => {
    deletedVault()

    const { stdout } = await run()

    assert.match(stdout, /Recovers the deleted vault kv-abcdefghijklm/)
    assert.equal(hooks.environment.get('RECOVER_VAULT'), 'true')
  })

  it('is left alone when it is another one', async () => {
    deletedVault({ location: 'northeurope' })
    deletedVault({ tags: { 'azd-env-name': 'other' } })
    deletedVault({
      vaultId: '/subscriptions/s/resourceGroups/rg-other/providers/Microsoft.KeyVault/vaults/kv-a',
    })
    deletedVault({}, 'vault-of-somebody-else')

    await run({ RECOVER_VAULT: 'true' })

    assert.equal(hooks.environment.get('RECOVER_VAULT'), '')
  })
})

describe('`azd up` after `azd down`', () => {
  it('recovers the vault with its secret, and only then', async (t) => {
    const azd = await machine(t)
    await azd.up()
    const before = vault()
    azd.down()

    const { said, parameters } = await azd.up()

    assert.match(said, new RegExp(`Recovers the deleted vault ${before?.name}`))
    assert.equal(parameters.recoverVault, true)
    assert.deepEqual(vault(), before)
    assert.equal((await azd.provision({ noState: true })).parameters.recoverVault, false)
  })

  it('makes a new vault after a purge, and in another region', async (t) => {
    const azd = await machine(t)
    await azd.up()
    const before = vault()
    azd.down({ purge: true })
    await azd.up()
    assert.equal(vault()?.name, before?.name)
    assert.notEqual(vault()?.secret, before?.secret)

    azd.down()
    azd.set('AZURE_LOCATION', 'northeurope')
    await azd.up()

    assert.notEqual(vault()?.name, before?.name)
  })
})
