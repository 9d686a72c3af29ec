// The vault and its secret.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { at, file, passedTo, readInfra, resource, statements, type Value } from '../bicep.ts'

const vault = resource('Microsoft.KeyVault/vaults')
const secret = resource('Microsoft.KeyVault/vaults/secrets')
const passed = passedTo('modules/key-vault.bicep')

describe('the vault', () => {
  const properties: Record<string, Value> = {
    tenantId: '=tenant().tenantId',
    sku: { family: 'A', name: 'standard' },
    enableRbacAuthorization: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 7,
    enablePurgeProtection: '=enablePurgeProtection ? true : null',
  }
  for (const [name, value] of Object.entries(properties)) {
    it(`has ${name} ${JSON.stringify(value)}`, () => {
      assert.deepEqual(at(vault.value, `properties.${name}`), value)
    })
  }

  it('denies everything but the subnet and the developer', () => {
    assert.equal(at(vault.value, 'properties.publicNetworkAccess'), '=publicNetworkAccess')
    assert.equal(passed.publicNetworkAccess, '=publicNetworkAccess')
    assert.equal(passed.subnetId, '=siteSubnetId')
    assert.deepEqual(at(vault.value, 'properties.networkAcls'), {
      bypass: 'AzureServices',
      defaultAction: "=restrictNetwork ? 'Deny' : 'Allow'",
      virtualNetworkRules: '=empty(subnetId) ? [] : [{ id: subnetId }]',
      ipRules: '=empty(developerIpAddress) ? [] : [{ value: developerIpAddress }]',
    })
  })

  it('can be deleted for good, unless a parameter says otherwise', () => {
    assert.equal(param('main.bicep', 'enablePurgeProtection')?.value, false)
    assert.equal(passed.enablePurgeProtection, '=enablePurgeProtection')
  })

  it('has a name as long as Azure allows: 3 to 24 characters, of which the token has 13', () => {
    assert.match(JSON.parse(readInfra('abbreviations.json')).keyVaultVaults, /^[a-z-]{1,11}$/)
    const { minLength, maxLength } = param('modules/key-vault.bicep', 'name')?.decorators ?? {}
    assert.deepEqual([minLength, maxLength], [[3], [24]])
  })
})

describe('the secret', () => {
  it('is made once, in this vault, with a content type and a year to live', () => {
    assert.deepEqual(secret.decorators.onlyIfNotExists, [])
    assert.equal(at(secret.value, 'parent'), '=vault')
    assert.equal(at(secret.value, 'name'), 'sample-secret')
    assert.deepEqual(at(secret.value, 'properties'), {
      value: '=secretValue',
      contentType: 'text/plain',
      attributes: { enabled: true, exp: "=dateTimeToEpoch(dateTimeAdd(now, 'P1Y'))" },
    })
    assert.equal(param('modules/key-vault.bicep', 'now')?.value, '=utcNow()')
  })

  it('has a value that nobody chooses', () => {
    const { value, decorators } = param('modules/key-vault.bicep', 'secretValue') ?? assert.fail()
    assert.equal(value, '=newGuid()')
    assert.ok(decorators.secure)
    assert.ok(!('secretValue' in passed) && !('now' in passed))
  })
})

function param(path: string, name: string) {
  return statements('param', [file(path)]).find((each) => each.name === name)
}
