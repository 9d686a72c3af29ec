// The server, which accepts Microsoft Entra sign-in only, and one serverless database.

@description('Name of the server.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Object ID of the server\'s administrator.')
param adminObjectId string

@description('Type of the administrator, or empty if it is not known.')
@allowed([
  ''
  'User'
  'Group'
  'ServicePrincipal'
])
param adminPrincipalType string

@description('Display name of the administrator, or empty.')
param adminLogin string

@description('Connections that all instances of the site together may open, for each vCore. A database runs 75 requests at a time for each: https://learn.microsoft.com/azure/azure-sql/database/resource-limits-vcore-single-databases')
@maxValue(75)
param connectionsPerVCore int

@description('Number of vCores at most.')
param vCores int

@description('Minutes without a session before the database pauses, or -1.')
param autoPauseMinutes int

@description('Spread a paid database over availability zones.')
param zoneRedundant bool

@description('Use the free offer.')
param useFreeOffer bool

@description('What the free database does when its monthly allowance is used up.')
param freeLimitExhaustionBehavior string

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

@description('Resource ID of the Log Analytics workspace.')
param workspaceId string

// Azure SQL's names of the principal types.
var sqlPrincipalTypes = {
  User: 'User'
  Group: 'Group'
  ServicePrincipal: 'Application'
}

// The same for every Azure SQL server.
var port = '1433'

resource server 'Microsoft.Sql/servers@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // No administratorLogin: with Microsoft Entra-only authentication, there is no password.
    administrators: {
      administratorType: 'ActiveDirectory'
      azureADOnlyAuthentication: true
      principalType: empty(adminPrincipalType) ? null : sqlPrincipalTypes[adminPrincipalType]
      login: empty(adminLogin) ? adminObjectId : adminLogin
      sid: adminObjectId
      tenantId: tenant().tenantId
    }
    minimalTlsVersion: '1.2'
    // Service endpoints use the public endpoint. The rules below decide who can reach it.
    publicNetworkAccess: publicNetworkAccess
  }
}

resource siteSubnet 'Microsoft.Sql/servers/virtualNetworkRules@2025-01-01' = if (!empty(subnetId)) {
  parent: server
  name: 'site'
  properties: { virtualNetworkSubnetId: subnetId }
}

// No rule for 0.0.0.0, which would allow the virtual machines of every Azure customer.
resource developer 'Microsoft.Sql/servers/firewallRules@2025-01-01' = if (!empty(developerIpAddress)) {
  parent: server
  name: 'developer'
  properties: {
    startIpAddress: developerIpAddress
    endIpAddress: developerIpAddress
  }
}

resource database 'Microsoft.Sql/servers/databases@2025-01-01' = {
  parent: server
  name: 'products'
  location: location
  tags: tags
  sku: {
    name: 'GP_S_Gen5'
    tier: 'GeneralPurpose'
    family: 'Gen5'
    capacity: vCores
  }
  properties: {
    // The first visitor after a pause waits about a minute.
    autoPauseDelay: autoPauseMinutes
    // The smallest that each size allows.
    minCapacity: vCores > 4 ? vCores / 8 : json('0.5')
    maxSizeBytes: 34359738368
    requestedBackupStorageRedundancy: zoneRedundant && !useFreeOffer ? 'Zone' : 'Local'
    zoneRedundant: zoneRedundant && !useFreeOffer
    useFreeLimit: useFreeOffer
    freeLimitExhaustionBehavior: useFreeOffer ? freeLimitExhaustionBehavior : null
  }
}

// No transparentDataEncryption resource: every new database is encrypted, and reading or writing that setting resumes a paused
// one. https://learn.microsoft.com/azure/azure-sql/database/serverless-tier-auto-pause-resume#auto-resume

// Writing this may resume a paused database, which cannot be avoided. azd deploys only when something has changed.
resource auditing 'Microsoft.Sql/servers/auditingSettings@2025-01-01' = {
  parent: server
  name: 'default'
  properties: {
    state: 'Enabled'
    // Security baselines require it. In Log Analytics, the retention of the workspace applies.
    retentionDays: 90
    isAzureMonitorTargetEnabled: true
    auditActionsAndGroups: [
      'SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP'
      'FAILED_DATABASE_AUTHENTICATION_GROUP'
      'BATCH_COMPLETED_GROUP'
    ]
  }
}

// Auditing alone does not store anything. These two diagnostic settings send the records to Log Analytics: those of the server
// from the master database, those of the database itself from the database.
resource master 'Microsoft.Sql/servers/databases@2025-01-01' existing = {
  parent: server
  name: 'master'
}

#disable-next-line use-recent-api-versions // The stable version is from 2016 and cannot name log categories of today.
resource serverLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: master
  // A new server does not have its master database at once. It does when another database has been created.
  dependsOn: [database]
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'SQLSecurityAuditEvents', enabled: true }
    ]
  }
}

#disable-next-line use-recent-api-versions // The stable version is from 2016 and cannot name log categories of today.
resource databaseLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: database
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'SQLSecurityAuditEvents', enabled: true }
      { category: 'Errors', enabled: true }
      { category: 'Timeouts', enabled: true }
      { category: 'Blocks', enabled: true }
      { category: 'Deadlocks', enabled: true }
    ]
  }
}

@description('Resource ID of the server.')
output id string = server.id

@description('Name of the server.')
output name string = server.name

@description('Host name of the server.')
output hostName string = server.properties.fullyQualifiedDomainName

@description('Port of the server.')
output port string = port

@description('Name of the database.')
output databaseName string = database.name

@description('Connections that all instances of the site together may open, for each vCore.')
output connectionsPerVCore int = connectionsPerVCore
