// Creates everything, in this order: identity, monitoring, network, data services, site, workbook. The site's roles come before
// the site if its identity does, and otherwise after it.
targetScope = 'subscription'

// --- Set by azd -------------------------------------------------------------

@description('Name of the azd environment. The resource group and the names of all resources follow from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of all resources: service endpoints work within one region only.')
@minLength(1)
param location string

@description('Object ID of the deployer, who uploads the documents, reads the secret, and administers SQL unless another administrator is named or deployed.')
param principalId string

@description('Type of the deployer: a user, or the service principal of a pipeline.')
@allowed([
  'User'
  'ServicePrincipal'
])
param principalType string = 'User'

// --- Settings ---------------------------------------------------------------
// main.parameters.json passes the value that the azd environment sets, otherwise the deployed value, otherwise the default.
// If you add a parameter, add its DEPLOYED_ output too, from which the preprovision hook reads the deployed value.

// --- Access -----------------------------------------------------------------

@description('Type of the site\'s identity. A user-assigned identity is a resource of its own and stays when the site is recreated; a system-assigned one is a part of the site.')
@allowed([
  'UserAssigned'
  'SystemAssigned'
])
param identityType string = 'UserAssigned'

@description('Allow only the site\'s subnet to reach Storage and Key Vault. If false, every network can reach them, and only roles protect them. SQL stays closed either way.')
param restrictNetwork bool = true

@description('Give Storage, Key Vault and SQL private endpoints in place of service endpoints, and close their public ones to all but the developer.')
param privateEndpoints bool = false

@description('Public IPv4 address of a developer who may reach SQL, Storage and Key Vault, or empty.')
param developerIpAddress string = ''

@description('Assign the roles. Set to false if only an administrator may do that; the postprovision hook then prints the commands for the administrator.')
param assignRoles bool = true

@description('Whether the roles are assigned, by this deployment or by an administrator. Passed on to the hooks, which then upload the documents.')
param rolesAssigned bool = assignRoles

@description('Object ID of a Microsoft Entra group that becomes the administrator of SQL, or empty. Whoever runs the postprovision hook must be a member.')
param sqlAdminGroupObjectId string = ''

@description('Object ID of a user who becomes the administrator of SQL, or empty. A group takes precedence.')
param sqlAdminObjectId string = ''

@description('Display name of the administrator that is set here. If empty, the object ID is shown.')
param sqlAdminLogin string = ''

@description('Object ID of the deployed administrator of SQL, set by the preprovision hook unless it is the deployer. Kept, unless another one is named.')
param keptSqlAdminObjectId string = ''

@description('Type of the deployed administrator of SQL, or empty.')
@allowed([
  ''
  'User'
  'Group'
  'ServicePrincipal'
])
param keptSqlAdminType string = ''

@description('Display name of the deployed administrator of SQL, or empty.')
param keptSqlAdminLogin string = ''

@description('Keep a deleted vault and its name until its retention ends. Cannot be turned off again.')
param enablePurgeProtection bool = false

@description('Recover the deleted vault of this environment, with its secret. Set by the preprovision hook, because it fails if there is none.')
param recoverVault bool = false

@description('How many minutes deliveries signed with the previous version of the secret are accepted after a rotation.')
@minValue(0)
@maxValue(1440)
param webhookRotationGraceMinutes int = 60

// --- Size and cost ----------------------------------------------------------

@description('Size of the App Service plan. Basic is the smallest one that supports virtual network integration.')
@allowed([
  'B1'
  'B2'
  'B3'
  'P0v3'
  'P1v3'
  'P2v3'
  'P0v4'
  'P1v4'
])
param appServiceSku string = 'B1'

@description('Number of instances of the site; with automatic scaling, the smallest number. Basic allows up to 3.')
@minValue(1)
@maxValue(30)
param instanceCount int = 1

@description('Largest number of instances with automatic scaling, which Premium sizes have. 0 turns automatic scaling off.')
@minValue(0)
@maxValue(30)
param maxInstanceCount int = 0

@description('Spread the site, a paid database and the blobs over availability zones. Needs a Premium size. Decide before the first deployment: an account cannot be converted.')
param zoneRedundant bool = false

@description('Number of requests that one client may send in a minute.')
@minValue(1)
param rateLimitPerMinute int = 300

@description('Show on each page how it was answered: hosts, resources and timings, to every visitor.')
param showTrace bool = true

@description('Percentage of requests whose traces are sent to Application Insights. A string, because it may be a fraction.')
param telemetrySamplingPercent string = '100'

@description('Use the free offer, with a monthly allowance. All free databases of a subscription are in the same region. If false, use is billed by the second. Decide before the first deployment: a database cannot be converted.')
param sqlUseFreeOffer bool = true

@description('Number of vCores of the database at most. The free offer allows up to 4.')
@allowed([
  1
  2
  4
  8
  16
])
param sqlVCores int = 2

@description('Minutes without a session before the database pauses, or -1 for a paid database that never pauses.')
@minValue(-1)
@maxValue(10080)
param sqlAutoPauseMinutes int = 60

@description('What the free database does when its monthly allowance is used up: pause until the next month, or continue and be billed. BillOverUsage cannot be undone.')
@allowed([
  'AutoPause'
  'BillOverUsage'
])
param sqlFreeLimitExhaustionBehavior string = 'AutoPause'

@description('ReadOnly sends the queries to a read-only replica, which databases of the tiers Business Critical and Hyperscale have.')
@allowed([
  'ReadWrite'
  'ReadOnly'
])
param sqlApplicationIntent string = 'ReadWrite'

@description('Gigabytes of logs per day, such as 0.2, after which Log Analytics stops collecting.')
param logDailyCapGb string = '0.2'

@description('Email address for alerts, or empty to see them in the portal only.')
param alertEmail string = ''

// --- Names ------------------------------------------------------------------

var abbreviations = loadJsonContent('./abbreviations.json')
var resourceToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

var userAssigned = identityType == 'UserAssigned'
var alertNamePrefix = '${abbreviations.insightsMetricAlerts}${resourceToken}'
var userAssignedIdentityName = '${abbreviations.managedIdentityUserAssignedIdentities}${resourceToken}'

// With private endpoints, the subnet of the site needs no rule, and nobody needs the public endpoints but a developer.
var siteSubnetId = privateEndpoints ? '' : network.outputs.siteSubnetId
var publicNetworkAccess = privateEndpoints && empty(developerIpAddress) ? 'Disabled' : 'Enabled'

// Each instance of the site opens up to 10 connections: sqlConnections in src/limits.ts. The division rounds up.
var mostInstances = max(instanceCount, maxInstanceCount, zoneRedundant ? 2 : 1)
var sqlConnectionsPerVCore = (10 * mostInstances + sqlVCores - 1) / sqlVCores

// The administrator that is named, otherwise the deployed one, otherwise the deployer.
var namedSqlAdmin = empty(sqlAdminGroupObjectId)
  ? {
      objectId: sqlAdminObjectId
      type: sqlAdminObjectId == principalId ? principalType : 'User'
      login: sqlAdminLogin
    }
  : {
      objectId: sqlAdminGroupObjectId
      type: 'Group'
      login: sqlAdminLogin
    }
var keptSqlAdmin = {
  objectId: keptSqlAdminObjectId
  type: keptSqlAdminType
  login: keptSqlAdminLogin
}
var deployingSqlAdmin = {
  objectId: principalId
  type: principalType
  login: empty(sqlAdminLogin) && principalType == 'User' ? deployer().userPrincipalName : sqlAdminLogin
}
var sqlAdmin = !empty(namedSqlAdmin.objectId)
  ? namedSqlAdmin
  : !empty(keptSqlAdmin.objectId) ? keptSqlAdmin : deployingSqlAdmin

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: '${abbreviations.resourcesResourceGroups}${environmentName}'
  location: location
  tags: tags
}

// --- Resources --------------------------------------------------------------

// First, because its roles and the site need it. Only the site uses it.
module identity './modules/identity.bicep' = if (userAssigned) {
  scope: group
  params: {
    name: userAssignedIdentityName
    location: location
    tags: tags
  }
}

// Before the other modules, because they send their logs to it.
module monitoring './modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: '${abbreviations.operationalInsightsWorkspaces}${resourceToken}'
    applicationInsightsName: '${abbreviations.insightsComponents}${resourceToken}'
    actionGroupName: '${abbreviations.insightsActionGroups}${resourceToken}'
    location: location
    tags: tags
    logDailyCapGb: logDailyCapGb
    alertEmail: alertEmail
  }
}

// The subnet that the site joins, and one for private endpoints.
module network './modules/network.bicep' = {
  scope: group
  params: {
    virtualNetworkName: '${abbreviations.networkVirtualNetworks}${resourceToken}'
    networkSecurityGroupName: '${abbreviations.networkNetworkSecurityGroups}${resourceToken}'
    location: location
    tags: tags
    privateEndpoints: privateEndpoints
  }
}

// The documents.
module storage './modules/storage.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}${resourceToken}'
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    restrictNetwork: restrictNetwork
    publicNetworkAccess: publicNetworkAccess
    subnetId: siteSubnetId
    developerIpAddress: developerIpAddress
    assignRoles: assignRoles
    deployerPrincipalId: principalId
    deployerPrincipalType: principalType
    workspaceId: monitoring.outputs.workspaceId
  }
}

module storageEndpoint './modules/private-endpoint.bicep' = if (privateEndpoints) {
  scope: group
  params: {
    name: '${abbreviations.networkPrivateEndpoints}${resourceToken}'
    location: location
    tags: tags
    serviceId: storage.outputs.id
    groupId: 'blob'
    zoneName: 'privatelink.blob.${environment().suffixes.storage}'
    virtualNetworkId: network.outputs.virtualNetworkId
    subnetId: network.outputs.endpointSubnetId
  }
}

// The secret.
module keyVault './modules/key-vault.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.keyVaultVaults}${resourceToken}'
    location: location
    tags: tags
    enablePurgeProtection: enablePurgeProtection
    recover: recoverVault
    restrictNetwork: restrictNetwork
    publicNetworkAccess: publicNetworkAccess
    subnetId: siteSubnetId
    developerIpAddress: developerIpAddress
    assignRoles: assignRoles
    deployerPrincipalId: principalId
    deployerPrincipalType: principalType
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVaultEndpoint './modules/private-endpoint.bicep' = if (privateEndpoints) {
  scope: group
  params: {
    name: '${abbreviations.networkPrivateEndpoints}${resourceToken}'
    location: location
    tags: tags
    serviceId: keyVault.outputs.id
    groupId: 'vault'
    zoneName: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
    virtualNetworkId: network.outputs.virtualNetworkId
    subnetId: network.outputs.endpointSubnetId
  }
}

// The products. infra/hooks/postprovision.ts grants the site SELECT on their table, because a template cannot.
module sql './modules/sql.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.sqlServers}${resourceToken}'
    location: location
    tags: tags
    adminObjectId: sqlAdmin.objectId
    adminPrincipalType: sqlAdmin.type
    adminLogin: sqlAdmin.login
    connectionsPerVCore: sqlConnectionsPerVCore
    vCores: sqlVCores
    autoPauseMinutes: sqlAutoPauseMinutes
    zoneRedundant: zoneRedundant
    useFreeOffer: sqlUseFreeOffer
    freeLimitExhaustionBehavior: sqlFreeLimitExhaustionBehavior
    publicNetworkAccess: publicNetworkAccess
    subnetId: siteSubnetId
    developerIpAddress: developerIpAddress
    workspaceId: monitoring.outputs.workspaceId
  }
}

module sqlEndpoint './modules/private-endpoint.bicep' = if (privateEndpoints) {
  scope: group
  params: {
    name: '${abbreviations.networkPrivateEndpoints}${resourceToken}'
    location: location
    tags: tags
    serviceId: sql.outputs.id
    groupId: 'sqlServer'
    zoneName: 'privatelink${environment().suffixes.sqlServerHostname}'
    virtualNetworkId: network.outputs.virtualNetworkId
    subnetId: network.outputs.endpointSubnetId
  }
}

// The roles of a user-assigned identity, before the site starts: a role takes effect only after some minutes.
module userAssignedAccess './modules/access.bicep' = if (assignRoles && userAssigned) {
  scope: group
  params: {
    sitePrincipalId: identity!.outputs.principalId
    storageAccountName: storage.outputs.name
    containerName: storage.outputs.containerName
    keyVaultName: keyVault.outputs.name
    secretName: keyVault.outputs.secretName
    applicationInsightsName: monitoring.outputs.applicationInsightsName
  }
}

// After the data services, because its settings are their outputs.
module web './modules/web.bicep' = {
  scope: group
  params: {
    siteName: '${abbreviations.webSites}${resourceToken}'
    planName: '${abbreviations.webServerFarms}${resourceToken}'
    alertNamePrefix: alertNamePrefix
    location: location
    tags: tags
    sku: appServiceSku
    instanceCount: instanceCount
    maxInstanceCount: maxInstanceCount
    zoneRedundant: zoneRedundant
    userAssignedIdentityId: userAssigned ? identity!.outputs.id : ''
    userAssignedIdentityClientId: userAssigned ? identity!.outputs.clientId : ''
    subnetId: network.outputs.siteSubnetId
    blobEndpoint: storage.outputs.blobEndpoint
    containerName: storage.outputs.containerName
    keyVaultEndpoint: keyVault.outputs.endpoint
    secretName: keyVault.outputs.secretName
    webhookRotationGraceMinutes: webhookRotationGraceMinutes
    sqlServer: sql.outputs.hostName
    sqlDatabase: sql.outputs.databaseName
    sqlPort: sql.outputs.port
    sqlApplicationIntent: sqlApplicationIntent
    rateLimitPerMinute: rateLimitPerMinute
    showTrace: showTrace
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    telemetrySamplingPercent: telemetrySamplingPercent
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: monitoring.outputs.actionGroupId
  }
  dependsOn: [
    userAssignedAccess
  ]
}

// The workbook and the alert that read the site's telemetry. After the site, whose plan the workbook shows.
module operations './modules/operations.bicep' = {
  scope: group
  params: {
    siteName: web.outputs.name
    alertNamePrefix: alertNamePrefix
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    planId: web.outputs.planId
    actionGroupId: monitoring.outputs.actionGroupId
  }
}

// The roles of a system-assigned identity, which exists only with the site.
module systemAssignedAccess './modules/access.bicep' = if (assignRoles && !userAssigned) {
  scope: group
  params: {
    sitePrincipalId: web.outputs.systemAssignedPrincipalId
    storageAccountName: storage.outputs.name
    containerName: storage.outputs.containerName
    keyVaultName: keyVault.outputs.name
    secretName: keyVault.outputs.secretName
    applicationInsightsName: monitoring.outputs.applicationInsightsName
  }
}

// --- Outputs ----------------------------------------------------------------
// azd stores outputs in its environment, where they replace variables of the same name, and `azd down` deletes them. So no
// output has the name of a setting, except AZURE_LOCATION, which azd expects. The first outputs have the names of the app
// settings, so that `azd env get-values` makes a .env file. The hooks read the others.

@description('Address of Blob Storage.')
output AZURE_STORAGE_BLOB_ENDPOINT string = storage.outputs.blobEndpoint

@description('Name of the container with the documents.')
output AZURE_STORAGE_CONTAINER_NAME string = storage.outputs.containerName

@description('Address of the vault.')
output AZURE_KEY_VAULT_ENDPOINT string = keyVault.outputs.endpoint

@description('Name of the sample secret.')
output AZURE_KEY_VAULT_SECRET_NAME string = keyVault.outputs.secretName

@description('Host name of the SQL server.')
output AZURE_SQL_SERVER string = sql.outputs.hostName

@description('Name of the database.')
output AZURE_SQL_DATABASE string = sql.outputs.databaseName

@description('Port of the SQL server.')
output AZURE_SQL_PORT string = sql.outputs.port

@description('Region of all resources.')
output AZURE_LOCATION string = location

@description('Tenant that issues the tokens.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Address of Microsoft Entra ID in this cloud. The Azure SDK reads it under this name.')
output AZURE_AUTHORITY_HOST string = environment().authentication.loginEndpoint

@description('Address of Azure Resource Manager in this cloud.')
output AZURE_RESOURCE_MANAGER_ENDPOINT string = environment().resourceManager

@description('Address of the portal in this cloud.')
output AZURE_PORTAL_ENDPOINT string = environment().portal

@description('Resource group of all resources.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the storage account.')
output AZURE_STORAGE_ACCOUNT_NAME string = storage.outputs.name

@description('Name of the vault.')
output AZURE_KEY_VAULT_NAME string = keyVault.outputs.name

@description('Name of the SQL server.')
output AZURE_SQL_SERVER_NAME string = sql.outputs.name

@description('Name of the Application Insights component.')
output APPLICATION_INSIGHTS_NAME string = monitoring.outputs.applicationInsightsName

@description('Name of the site\'s identity, and of its user in the database. A system-assigned identity has the name of the site.')
output WEB_IDENTITY_NAME string = userAssigned ? userAssignedIdentityName : web.outputs.name

@description('Client ID of the site\'s identity. Not named AZURE_CLIENT_ID, which in a pipeline is the deployer\'s.')
output WEB_IDENTITY_CLIENT_ID string = userAssigned ? identity!.outputs.clientId : web.outputs.systemAssignedClientId

@description('Object ID of the site\'s identity.')
output WEB_IDENTITY_PRINCIPAL_ID string = userAssigned ? identity!.outputs.principalId : web.outputs.systemAssignedPrincipalId

@description('Name of the user-assigned identity, which the postprovision hook deletes when the site has a system-assigned one.')
output WEB_USER_ASSIGNED_IDENTITY_NAME string = userAssignedIdentityName

@description('Name of the site.')
output WEB_NAME string = web.outputs.name

@description('Address of the site.')
output WEB_URI string = web.outputs.uri

@description('Object ID of the deployer.')
output DEPLOYER_PRINCIPAL_ID string = principalId

@description('Type of the deployer.')
output DEPLOYER_PRINCIPAL_TYPE string = principalType

// The deployed settings, for environments that have not set them.

@description('Type of the site\'s identity.')
output DEPLOYED_IDENTITY_TYPE string = identityType

@description('Whether only the site\'s subnet can reach Storage and Key Vault.')
output DEPLOYED_RESTRICT_NETWORK bool = restrictNetwork

@description('Whether the services have private endpoints.')
output DEPLOYED_PRIVATE_ENDPOINTS bool = privateEndpoints

@description('Address of a developer who may reach the services, or empty.')
output DEPLOYED_DEVELOPER_IP_ADDRESS string = developerIpAddress

@description('Whether the deployment assigned the roles.')
output DEPLOYED_ASSIGN_ROLES bool = assignRoles

@description('Whether the roles are assigned, by the deployment or by an administrator.')
output DEPLOYED_ROLES_ASSIGNED bool = assignRoles || rolesAssigned

@description('Object ID of the administrator of SQL.')
output DEPLOYED_SQL_ADMIN_OBJECT_ID string = sqlAdmin.objectId

@description('Type of the administrator of SQL.')
output DEPLOYED_SQL_ADMIN_TYPE string = sqlAdmin.type

@description('Display name of the administrator of SQL, or empty.')
output DEPLOYED_SQL_ADMIN_LOGIN string = sqlAdmin.login

@description('Whether the vault has purge protection.')
output DEPLOYED_ENABLE_PURGE_PROTECTION bool = enablePurgeProtection

@description('How many minutes deliveries signed with the previous version of the secret are accepted after a rotation.')
output DEPLOYED_WEBHOOK_ROTATION_GRACE_MINUTES int = webhookRotationGraceMinutes

@description('Size of the App Service plan.')
output DEPLOYED_APP_SERVICE_SKU string = appServiceSku

@description('Number of instances of the site.')
output DEPLOYED_INSTANCE_COUNT int = instanceCount

@description('Largest number of instances with automatic scaling, or 0.')
output DEPLOYED_MAX_INSTANCE_COUNT int = maxInstanceCount

@description('Whether the site, a paid database and the blobs are spread over availability zones.')
output DEPLOYED_ZONE_REDUNDANT bool = zoneRedundant

@description('Number of requests that one client may send in a minute.')
output DEPLOYED_RATE_LIMIT_PER_MINUTE int = rateLimitPerMinute

@description('Whether pages show how they were answered.')
output DEPLOYED_SHOW_TRACE bool = showTrace

@description('Percentage of requests whose traces are sent.')
output DEPLOYED_TELEMETRY_SAMPLING_PERCENT string = telemetrySamplingPercent

@description('Whether the database uses the free offer.')
output DEPLOYED_SQL_USE_FREE_OFFER bool = sqlUseFreeOffer

@description('Number of vCores of the database at most.')
output DEPLOYED_SQL_V_CORES int = sqlVCores

@description('Minutes without a session before the database pauses, or -1.')
output DEPLOYED_SQL_AUTO_PAUSE_MINUTES int = sqlAutoPauseMinutes

@description('What the free database does when its allowance is used up.')
output DEPLOYED_SQL_FREE_LIMIT_EXHAUSTION_BEHAVIOR string = sqlFreeLimitExhaustionBehavior

@description('Whether the queries go to a read-only replica.')
output DEPLOYED_SQL_APPLICATION_INTENT string = sqlApplicationIntent

@description('Gigabytes of logs per day at most.')
output DEPLOYED_LOG_DAILY_CAP_GB string = logDailyCapGb

@description('Email address for alerts, or empty.')
output DEPLOYED_ALERT_EMAIL string = alertEmail
