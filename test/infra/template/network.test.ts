// What answers whom: everything is closed but for the site's subnet.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { at, file, files, type Properties, passedTo, resource, statements, valuesPassed } from '../bicep.ts'
import { expected } from '../expected.ts'

const account = resource('Microsoft.Storage/storageAccounts')
const server = resource('Microsoft.Sql/servers')

describe('the subnet of the site', () => {
  const network = resource('Microsoft.Network/virtualNetworks').value
  const subnets = at(network, 'properties.subnets') as Properties[]
  const subnet = at(subnets[0], 'properties')

  it('is for App Service, beside one for private endpoints', () => {
    assert.deepEqual(
      subnets.map(({ name }) => name),
      ['site', 'endpoints'],
    )
    assert.deepEqual(at(subnet, 'delegations'), [
      { name: 'app-service', properties: { serviceName: 'Microsoft.Web/serverFarms' } },
    ])
    assert.deepEqual(at(network, 'properties.addressSpace.addressPrefixes'), ['10.0.0.0/24'])
    // App Service needs /28 or larger. 64 addresses, and behind them 16.
    assert.deepEqual(
      subnets.map(({ properties }) => at(properties, 'addressPrefix')),
      ['10.0.0.0/26', '10.0.0.64/28'],
    )
  })

  it('has a direct way to the services unless they have private endpoints, and no other to the internet', () => {
    assert.equal(at(subnet, 'serviceEndpoints'), '=privateEndpoints ? [] : serviceEndpoints')
    const endpoints = statements('var').find(({ name }) => name === 'serviceEndpoints')?.value as Properties[]
    assert.deepEqual(
      endpoints.map(({ service }) => service),
      ['Microsoft.Sql', 'Microsoft.Storage', ...expected.serviceEndpoints],
    )
    for (const { properties } of subnets) {
      assert.equal(at(properties, 'defaultOutboundAccess'), false)
      assert.equal(at(properties, 'networkSecurityGroup.id'), '=networkSecurityGroup.id')
    }
  })

  it('has a security group that allows nothing more than Azure does by itself', () => {
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
    for (const { name, value } of statements('resource').filter(({ target }) =>
      target.endsWith('/subnets'),
    )) {
      assert.equal(at(value, 'parent'), '=virtualNetwork')
      assert.equal(`${at(value, 'name')}Subnet`, name.replace('endpoint', 'endpoints'))
    }
  })
})

describe('Storage', () => {
  it('denies everything but the subnet and the developer', () => {
    assert.deepEqual(at(account.value, 'properties.networkAcls'), {
      bypass: 'AzureServices',
      defaultAction: "=restrictNetwork ? 'Deny' : 'Allow'",
      virtualNetworkRules: "=empty(subnetId) ? [] : [{ id: subnetId, action: 'Allow' }]",
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
  it('answers the subnet, if that uses its public endpoint', () => {
    assert.equal(resource('Microsoft.Sql/servers/virtualNetworkRules').condition, '!empty(subnetId)')
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
  const variable = (name: string) =>
    statements('var', [file('main.bicep')]).find((each) => each.name === name)?.value

  it('stay, because service endpoints lead to them, unless there are private ones and no developer', () => {
    for (const { value, target } of [account, server]) {
      assert.equal(at(value, 'properties.publicNetworkAccess'), '=publicNetworkAccess', target)
    }
    assert.deepEqual(valuesPassed('publicNetworkAccess'), ['=publicNetworkAccess'])
    assert.equal(
      variable('publicNetworkAccess'),
      "=privateEndpoints && empty(developerIpAddress) ? 'Disabled' : 'Enabled'",
    )
  })

  it('let in the subnet of the site, unless there are private ones', () => {
    assert.equal(variable('siteSubnetId'), "=privateEndpoints ? '' : network.outputs.siteSubnetId")
    const services = ['modules/storage.bicep', 'modules/sql.bicep']
    for (const service of services) assert.equal(passedTo(service).subnetId, '=siteSubnetId', service)
    assert.equal(passedTo('modules/web.bicep').subnetId, '=network.outputs.siteSubnetId')
  })
})

describe('the private endpoints', () => {
  const endpoints = statements('module').filter(({ target }) => target === './modules/private-endpoint.bicep')
  const paramsOf = (name: string) => at(endpoints.find((each) => each.name === name)?.value, 'params')

  it('are there only if a parameter says so, one for each service that the site reads', () => {
    assert.deepEqual(
      endpoints.map(({ name }) => name),
      ['storageEndpoint', ...Object.keys(expected.privateEndpoints), 'sqlEndpoint'],
    )
    for (const { name, condition } of endpoints) assert.equal(condition, 'privateEndpoints', name)
  })

  // https://learn.microsoft.com/azure/private-link/private-endpoint-dns
  it('have the part and the zone that Azure names for each service', () => {
    const zones: Record<string, [groupId: string, zoneName: string]> = {
      storageEndpoint: ['blob', `='privatelink.blob.\${environment().suffixes.storage}'`],
      ...expected.privateEndpoints,
      sqlEndpoint: ['sqlServer', `='privatelink\${environment().suffixes.sqlServerHostname}'`],
    }
    for (const { name } of endpoints) {
      assert.deepEqual([at(paramsOf(name), 'groupId'), at(paramsOf(name), 'zoneName')], zones[name], name)
      assert.equal(at(paramsOf(name), 'serviceId'), `=${name.replace('Endpoint', '')}.outputs.id`)
      assert.equal(at(paramsOf(name), 'subnetId'), '=network.outputs.endpointSubnetId')
      assert.equal(at(paramsOf(name), 'virtualNetworkId'), '=network.outputs.virtualNetworkId')
    }
  })

  it('connect the service to the subnet, and its name to that address', () => {
    assert.deepEqual(at(resource('Microsoft.Network/privateEndpoints').value, 'properties'), {
      subnet: { id: '=subnetId' },
      privateLinkServiceConnections: [
        {
          name: '=groupId',
          properties: { privateLinkServiceId: '=serviceId', groupIds: ['=groupId'] },
        },
      ],
    })
    const group = resource('Microsoft.Network/privateEndpoints/privateDnsZoneGroups').value
    assert.equal(at(group, 'parent'), '=endpoint')
    assert.deepEqual(at(group, 'properties.privateDnsZoneConfigs'), [
      { name: '=groupId', properties: { privateDnsZoneId: '=zone.id' } },
    ])
    const link = resource('Microsoft.Network/privateDnsZones/virtualNetworkLinks').value
    assert.equal(at(link, 'parent'), '=zone')
    assert.deepEqual(at(link, 'properties'), {
      registrationEnabled: false,
      virtualNetwork: { id: '=virtualNetworkId' },
    })
  })
})
