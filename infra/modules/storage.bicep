// The documents, and the deployer's access to them. The site's is in access.bicep.

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Keep copies in several availability zones.')
param zoneRedundant bool

@description('Allow only the subnet and the developer.')
param restrictNetwork bool

@description('Whether the public endpoint exists.')
@allowed([
  'Enabled'
  'Disabled'
])
param publicNetworkAccess string

@description('Resource ID of the site\'s subnet, or empty if it uses a private endpoint.')
param subnetId string

@description('Public IPv4 address of a developer, or empty.')
param developerIpAddress string

@description('Assign the roles.')
param assignRoles bool

@description('Object ID of the deployer.')
param deployerPrincipalId string

@description('Type of the deployer.')
param deployerPrincipalType string

@description('Resource ID of the Log Analytics workspace.')
param workspaceId string

var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  // By default, one data center is enough for files that the deployment can upload again.
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    // No account keys, and no SAS made from them: every caller needs a Microsoft Entra token.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // No requireInfrastructureEncryption, a second encryption: it can be set only when an account is created, and this
    // template also has to work for existing accounts.
    // Service endpoints use the public endpoint. The rules below decide who can reach it.
    publicNetworkAccess: publicNetworkAccess
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: restrictNetwork ? 'Deny' : 'Allow'
      virtualNetworkRules: empty(subnetId) ? [] : [{ id: subnetId, action: 'Allow' }]
      ipRules: empty(developerIpAddress) ? [] : [{ value: developerIpAddress, action: 'Allow' }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = {
  parent: blobs
  name: 'documents'
  properties: { publicAccess: 'None' }
}

// If you add a container, add its role assignments here and in access.bicep: these apply to this container only.
resource deployerUploadsDocuments 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (assignRoles) {
  name: guid(container.id, deployerPrincipalId, storageBlobDataContributor)
  scope: container
  properties: {
    description: 'The deployer uploads the sample documents.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
  }
}

#disable-next-line use-recent-api-versions // The stable version is from 2016 and cannot name log categories of today.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

@description('Resource ID of the storage account.')
output id string = account.id

@description('Name of the storage account.')
output name string = account.name

@description('Address of Blob Storage.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Name of the container with the documents.')
output containerName string = container.name
