// An address in the virtual network for one service, and the private DNS zone in which its name has this address.

@description('First part of the endpoint\'s name.')
param name string

@description('Region of the virtual network.')
param location string

@description('Tags.')
param tags object

@description('Resource ID of the service.')
param serviceId string

@description('Which part of the service: https://learn.microsoft.com/azure/private-link/private-endpoint-overview#private-link-resource')
param groupId string

@description('Name of the private DNS zone: https://learn.microsoft.com/azure/private-link/private-endpoint-dns')
param zoneName string

@description('Resource ID of the virtual network.')
param virtualNetworkId string

@description('Resource ID of the subnet for private endpoints.')
param subnetId string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'virtual-network'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: virtualNetworkId }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-07-01' = {
  name: '${name}-${groupId}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: serviceId
          groupIds: [groupId]
        }
      }
    ]
  }
}

resource record 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-07-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: { privateDnsZoneId: zone.id }
      }
    ]
  }
}
