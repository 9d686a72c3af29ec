// What answers whom: everything is closed but for the site's subnet.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { at, file, files, type Properties, resource, statements, valuesPassed } from './bicep.ts'
import { expected } from './expected.ts'

const account = resource('Microsoft.Storage/storageAccounts')
const server = resource('Microsoft.Sql/servers')

describe('the subnet', () => {
  const network = resource('Microsoft.Network/virtualNetworks').value
  const subnets = at(network, 'properties.subnets') as Properties[]
  const subnet = at(subnets[0], 'properties')

  it('is the only one, and for App Service', () => {
    assert.equal(subnets.length, 1)
    assert.deepEqual(at(subnet, 'delegations'), [
      { name: 'app-service', properties: { serviceName: 'Microsoft.Web/serverFarms' } },
    ])
    assert.deepEqual(at(network, 'properties.addressSpace.addressPrefixes'), ['10.0.0.0/24'])
    const [, prefix = ''] = String(at(subnet, 'addressPrefix')).match(/^10\.0\.0\.0\/(\d+)$/) ?? []
    assert.ok(Number(prefix) >= 24 && Number(prefix) <= 28, 'App Service needs /28 or larger')
  })

  it('has a direct way to the services, and no other to the internet', () => {
    const endpoints = at(subnet, 'serviceEndpoints') as Properties[]
    assert.deepEqual(
      endpoints.map(({ service }) => service),
      ['Microsoft.Sql', 'Microsoft.Storage', ...expected.serviceEndpoints],
    )
    assert.equal(at(subnet, 'defaultOutboundAccess'), false)
  })

  it('has a security group that allows nothing more than Azure does by itself', () => {
    assert.equal(at(subnet, 'networkSecurityGroup.id'), '=networkSecurityGroup.id')
    const group = resource('Microsoft.Network/networkSecurityGroups')
    assert.deepEqual(at(group.value, 'properties.securityRules'), [
      {
        name: 'deny-remote-administration',
        properties: {
          direction: 'Outbound',
          access: 'Deny',
          priority: 100,
          protocol: '*',
          sourceAddressPrefix: 'VirtualNetwork',
          sourcePortRange: '*',
          destinationAddressPrefix: '*',
          destinationPortRanges: ['22', '3389'],
        },
      },
    ])
  })

  it('is where the site is', () => {
    assert.equal(at(resource('Microsoft.Web/sites').value, 'properties.virtualNetworkSubnetId'), '=subnetId')
    const siteSubnet = statements('resource').find(({ target }) => target.endsWith('/subnets'))
    assert.equal(at(siteSubnet?.value, 'parent'), '=virtualNetwork')
    assert.equal(at(siteSubnet?.value, 'name'), subnets[0]?.name)
    const output = statements('output').find(({ name }) => name === 'subnetId')
    assert.equal(output?.value, '=siteSubnet.id')
    assert.deepEqual(valuesPassed('subnetId'), ['=network.outputs.subnetId'])
  })
})

describe('Storage', () => {
  it('denies everything but the subnet and the developer', () => {
    assert.deepEqual(at(account.value, 'properties.networkAcls'), {
      bypass: 'AzureServices',
      defaultAction: "=restrictNetwork ? 'Deny' : 'Allow'",
      virtualNetworkRules: [{ id: '=subnetId', action: 'Allow' }],
      ipRules: "=empty(developerIpAddress) ? [] : [{ value: developerIpAddress, action: 'Allow' }]",
    })
  })
})

describe('the rules of a service', () => {
  it('hold unless a parameter says otherwise', () => {
    const defaults = new Map(
      statements('param', [file('main.bicep')]).map(({ name, value }) => [name, value]),
    )
    assert.equal(defaults.get('restrictNetwork'), true)
    assert.equal(defaults.get('developerIpAddress'), '')
    assert.deepEqual(valuesPassed('restrictNetwork'), ['=restrictNetwork'])
    assert.deepEqual(valuesPassed('developerIpAddress'), ['=developerIpAddress'])
  })
})

describe('SQL', () => {
  it('answers the subnet', () => {
    assert.deepEqual(resource('Microsoft.Sql/servers/virtualNetworkRules').value, {
      parent: '=server',
      name: 'site',
      properties: { virtualNetworkSubnetId: '=subnetId' },
    })
  })

  it('answers one more address if a parameter names it', () => {
    const developer = resource('Microsoft.Sql/servers/firewallRules')
    assert.equal(developer.condition, '!empty(developerIpAddress)')
    assert.deepEqual(developer.value, {
      parent: '=server',
      name: 'developer',
      properties: { startIpAddress: '=developerIpAddress', endIpAddress: '=developerIpAddress' },
    })
  })
})

describe('no rule in any file', () => {
  it('opens a service to the internet or to all of Azure', () => {
    const code = JSON.stringify(files.map(({ statements }) => statements.map(({ value }) => value)))
    assert.doesNotMatch(code, /0\.0\.0\.0"|255\.255\.255\.255|"(Any|Internet|AzureCloud)"/)
  })
})

describe('the public endpoints', () => {
  it('stay, because service endpoints lead to them', () => {
    for (const { value, target } of [account, server]) {
      assert.equal(at(value, 'properties.publicNetworkAccess'), 'Enabled', target)
    }
  })
})
