// The vault with one secret, and who may read it.

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Keep a deleted vault and its name for the full retention time.')
param enablePurgeProtection bool

@description('Recover the deleted vault of this name.')
param recover bool

@description('Answer only the subnet and the developer.')
param restrictNetwork bool

@description('Resource id of the site\'s subnet.')
param subnetId string

@description('Public IPv4 address of a developer, or empty.')
param developerIpAddress string

@description('Assign the roles.')
param assignRoles bool

@description('Object id of the site\'s identity.')
param sitePrincipalId string

@description('Object id of whoever deploys.')
param deployerPrincipalId string

@description('Kind of principal that deploys.')
param deployerPrincipalType string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Value of the sample secret. New with every deployment, and used by the first one only.')
@secure()
param secretValue string = newGuid()

@description('Start of the sample secret\'s year.')
param now string = utcNow()

var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Azure recovers the vault with what is in it; the next deployment, without this, sets all the rest.
    createMode: recover ? 'recover' : null
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    // Roles and not access policies: only a role can be limited to one secret.
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    // Azure refuses false once it was true: on or absent.
    enablePurgeProtection: enablePurgeProtection ? true : null
    // The public endpoint stays, for service endpoints lead to it. The rules below decide who gets an answer.
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: restrictNetwork ? 'Deny' : 'Allow'
      virtualNetworkRules: [
        { id: subnetId }
      ]
      ipRules: empty(developerIpAddress) ? [] : [{ value: developerIpAddress }]
    }
  }
}

// Without the decorator every deployment would write a new version, undo a rotation, and lose the secret of a recovered vault.
@onlyIfNotExists()
resource secret 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {
  parent: vault
  name: 'sample-secret'
  tags: tags
  properties: {
    value: secretValue
    contentType: 'text/plain'
    // A reminder to rotate: the site can still read an expired secret.
    attributes: {
      enabled: true
      exp: dateTimeToEpoch(dateTimeAdd(now, 'P1Y'))
    }
  }
}

// If the site needs another secret, grant it here too: these grants hold for this one alone.
resource siteReadsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (assignRoles) {
  name: guid(secret.id, sitePrincipalId, keyVaultSecretsUser)
  scope: secret
  properties: {
    description: 'The site reads the secret.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
    principalId: sitePrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource deployerReadsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (assignRoles) {
  name: guid(secret.id, deployerPrincipalId, keyVaultSecretsUser)
  scope: secret
  properties: {
    description: 'The deployer runs the site on a laptop against Azure.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
  }
}

#disable-next-line use-recent-api-versions // The stable version is from 2016 and cannot name log categories of today.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'AuditEvent', enabled: true }
    ]
  }
}

@description('Name of the vault.')
output name string = vault.name

@description('Address of the vault.')
output endpoint string = vault.properties.vaultUri

@description('Name of the sample secret.')
output secretName string = secret.name
