// The roles of the site's identity. They are not in the modules of the data services, because a system-assigned identity exists
// only after the site, and the site needs the outputs of those modules.

@description('Object ID of the site\'s identity.')
param sitePrincipalId string

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the container with the documents.')
param containerName string

@description('Name of the vault.')
param keyVaultName string

@description('Name of the sample secret.')
param secretName string

@description('Name of the Application Insights component.')
param applicationInsightsName string

var storageBlobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageAccountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' existing = {
  parent: account
  name: 'default'
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' existing = {
  parent: blobs
  name: containerName
}

// The postprovision hook knows the assignments of a former identity by these descriptions (infra/hooks/role-assignments.ts).
resource siteReadsDocuments 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(container.id, sitePrincipalId, storageBlobDataReader)
  scope: container
  properties: {
    description: 'The site lists and streams the documents.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataReader)
    principalId: sitePrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: keyVaultName
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2026-02-01' existing = {
  parent: vault
  name: secretName
}

resource siteReadsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(secret.id, sitePrincipalId, keyVaultSecretsUser)
  scope: secret
  properties: {
    description: 'The site reads the secret.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
    principalId: sitePrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource siteSendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(applicationInsights.id, sitePrincipalId, monitoringMetricsPublisher)
  scope: applicationInsights
  properties: {
    description: 'The site sends its telemetry.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
    principalId: sitePrincipalId
    principalType: 'ServicePrincipal'
  }
}
