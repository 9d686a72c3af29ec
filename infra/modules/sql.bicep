// The server, which knows no password, and one database that sleeps when nobody asks.

@description('Name of the server.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Object id of the server\'s administrator.')
param adminObjectId string

@description('Kind of principal that administers the server, or empty where nobody knows.')
@allowed([
  ''
  'User'
  'Group'
  'ServicePrincipal'
])
param adminPrincipalType string

@description('Name that the server shows for its administrator, or empty.')
param adminLogin string

@description('Use one of the subscription\'s free databases.')
param useFreeOffer bool

@description('What a free database does when its month is used up.')
param freeLimitExhaustionBehavior string

@description('Resource id of the site\'s subnet.')
param subnetId string

@description('Public IPv4 address of a developer, or empty.')
param developerIpAddress string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

// Azure SQL has its own word for a service principal.
var sqlPrincipalTypes = {
  User: 'User'
  Group: 'Group'
  ServicePrincipal: 'Application'
}

// The same for every server of Azure SQL.
var port = '1433'

resource server 'Microsoft.Sql/servers@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // No administratorLogin: with Microsoft Entra alone, there is no password to leak.
    administrators: {
      administratorType: 'ActiveDirectory'
      azureADOnlyAuthentication: true
      principalType: empty(adminPrincipalType) ? null : sqlPrincipalTypes[adminPrincipalType]
      login: empty(adminLogin) ? adminObjectId : adminLogin
      sid: adminObjectId
      tenantId: tenant().tenantId
    }
    minimalTlsVersion: '1.2'
    // The public endpoint stays, for service endpoints lead to it. The rules below decide who gets an answer.
    publicNetworkAccess: 'Enabled'
  }
}

resource siteSubnet 'Microsoft.Sql/servers/virtualNetworkRules@2025-01-01' = {
  parent: server
  name: 'site'
  properties: { virtualNetworkSubnetId: subnetId }
}

// There is no rule from 0.0.0.0: it would let in the virtual machines of every Azure customer.
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
    capacity: 2
  }
  properties: {
    // Minutes without a session before it sleeps. The first visitor afterwards waits up to a minute.
    autoPauseDelay: 60
    minCapacity: json('0.5')
    maxSizeBytes: 34359738368
    requestedBackupStorageRedundancy: 'Local'
    zoneRedundant: false
    useFreeLimit: useFreeOffer
    freeLimitExhaustionBehavior: useFreeOffer ? freeLimitExhaustionBehavior : null
  }
}

// No transparentDataEncryption resource: every database is encrypted from birth, and to read or write that setting
// wakes a sleeping one. https://learn.microsoft.com/azure/azure-sql/database/serverless-tier-auto-pause-resume#auto-resume

// A deployment that writes this may wake a sleeping database, and there is no other way to audit one. azd deploys only
// when something has changed.
resource auditing 'Microsoft.Sql/servers/auditingSettings@2025-01-01' = {
  parent: server
  name: 'default'
  properties: {
    state: 'Enabled'
    // What rule sets look for. In Log Analytics the retention of the workspace counts.
    retentionDays: 90
    isAzureMonitorTargetEnabled: true
    auditActionsAndGroups: [
      'SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP'
      'FAILED_DATABASE_AUTHENTICATION_GROUP'
      'BATCH_COMPLETED_GROUP'
    ]
  }
}

// Auditing only says that there shall be a record. Without these two settings, no record goes anywhere:
// what the server audits leaves by way of master, what the database itself reports by way of the database.
resource master 'Microsoft.Sql/servers/databases@2025-01-01' existing = {
  parent: server
  name: 'master'
}

#disable-next-line use-recent-api-versions // The stable version is from 2016 and cannot name log categories of today.
resource serverLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: master
  // A new server lists its master database late; by the time it has made another one, it does.
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

@description('Name of the server.')
output name string = server.name

@description('Host name of the server.')
output hostName string = server.properties.fullyQualifiedDomainName

@description('Port of the server.')
output port string = port

@description('Name of the database.')
output databaseName string = database.name
