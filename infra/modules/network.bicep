// One subnet for the site. Service endpoints cost nothing, where private endpoints are billed by the hour.

@description('Name of the virtual network.')
param virtualNetworkName string

@description('Name of the subnet\'s security group.')
param networkSecurityGroupName string

@description('Region. The data services must be in it too.')
param location string

@description('Tags.')
param tags object

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
          serviceEndpoints: [
            { service: 'Microsoft.Sql' }
            { service: 'Microsoft.Storage' }
            { service: 'Microsoft.KeyVault' }
          ]
          networkSecurityGroup: { id: networkSecurityGroup.id }
          // App Service has its own outbound connection to the internet.
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

@description('Resource ID of the subnet.')
output subnetId string = siteSubnet.id
