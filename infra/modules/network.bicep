// The site's subnet. By default it has service endpoints, which cost nothing, where private endpoints are billed by the hour.

@description('Name of the virtual network.')
param virtualNetworkName string

@description('Name of the subnet\'s security group.')
param networkSecurityGroupName string

@description('Region. The data services must be in it too.')
param location string

@description('Tags.')
param tags object

@description('Use private endpoints in place of service endpoints.')
param privateEndpoints bool

var serviceEndpoints = [
  { service: 'Microsoft.Sql' }
  { service: 'Microsoft.Storage' }
  { service: 'Microsoft.KeyVault' }
]

resource networkSecurityGroup 'Microsoft.Network/networkSecurityGroups@2025-07-01' = {
  name: networkSecurityGroupName
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        // The site never connects to SSH or RDP, so an intruder must not be able to either.
        name: 'deny-remote-administration'
        properties: {
          direction: 'Outbound'
          access: 'Deny'
          priority: 100
          protocol: '*'
          sourceAddressPrefix: 'VirtualNetwork'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRanges: [
            '22'
            '3389'
          ]
        }
      }
    ]
  }
}

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-07-01' = {
  name: virtualNetworkName
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: ['10.0.0.0/24']
    }
    subnets: [
      {
        name: 'site'
        properties: {
          // 64 addresses: each instance takes one, and two during an update.
          addressPrefix: '10.0.0.0/26'
          delegations: [
            {
              name: 'app-service'
              properties: { serviceName: 'Microsoft.Web/serverFarms' }
            }
          ]
          serviceEndpoints: privateEndpoints ? [] : serviceEndpoints
          networkSecurityGroup: { id: networkSecurityGroup.id }
          // App Service has its own outbound connection to the internet.
          defaultOutboundAccess: false
        }
      }
      {
        name: 'endpoints'
        properties: {
          // Empty unless there are private endpoints.
          addressPrefix: '10.0.0.64/28'
          networkSecurityGroup: { id: networkSecurityGroup.id }
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

resource siteSubnet 'Microsoft.Network/virtualNetworks/subnets@2025-07-01' existing = {
  parent: virtualNetwork
  name: 'site'
}

resource endpointSubnet 'Microsoft.Network/virtualNetworks/subnets@2025-07-01' existing = {
  parent: virtualNetwork
  name: 'endpoints'
}

@description('Resource ID of the virtual network.')
output virtualNetworkId string = virtualNetwork.id

@description('Resource ID of the site\'s subnet.')
output siteSubnetId string = siteSubnet.id

@description('Resource ID of the subnet for private endpoints.')
output endpointSubnetId string = endpointSubnet.id
