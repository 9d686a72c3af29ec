// The table of contents: what is made, in which order, and why.
// It flows one way, as the code in src/ does: identity ▶ data services ▶ web.
targetScope = 'subscription'

// --- Filled in by azd -------------------------------------------------------

@description('Name of the azd environment. The resource group and the names of all resources follow from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything: service endpoints work within one region only.')
@minLength(1)
param location string

@description('Object id of whoever deploys. Uploads the documents, reads the secret, and administers SQL unless a group does.')
param principalId string

@description('Kind of principal that deploys: a person, or the service principal of a pipeline.')
@allowed([
  'User'
  'ServicePrincipal'
])
param principalType string = 'User'

// --- Settings ---------------------------------------------------------------
// main.parameters.json gives each the value that the azd environment sets, else the one that is deployed, else the default.
// If you add one, add its DEPLOYED_ output too: with it, the preprovision hook and the next person keep its value.

// --- Who may come in --------------------------------------------------------

@description('Storage and Key Vault answer only the site\'s subnet. Off: they answer every network, and the roles alone protect them. SQL stays closed either way.')
param restrictNetwork bool = true

@description('Public IPv4 address from which a developer reaches SQL, Storage and Key Vault, or empty.')
param developerIpAddress string = ''

@description('Assign the roles. Turn off where only an administrator may; the deployment then prints the commands to hand over.')
param assignRoles bool = true

@description('The roles are assigned, by an administrator where this deployment does not. Passed on to the hooks, which then upload the documents.')
param rolesAssigned bool = assignRoles

@description('Object id of a Microsoft Entra group to administer SQL from now on, or empty. Whoever prepares the database must be a member.')
param sqlAdminGroupObjectId string = ''

@description('Object id of a person to administer SQL from now on, or empty. A group comes first.')
param sqlAdminObjectId string = ''

@description('Name that SQL shows for an administrator who is named here. Only for display; empty shows the object id.')
param sqlAdminLogin string = ''

@description('Object id of whoever administers SQL already, set by the preprovision hook unless that is the deployer. Stays, unless another one is named.')
param keptSqlAdminObjectId string = ''

@description('Kind of principal that administers SQL already, or empty.')
@allowed([
  ''
  'User'
  'Group'
  'ServicePrincipal'
])
param keptSqlAdminType string = ''

@description('Name that SQL shows already for its administrator, or empty.')
param keptSqlAdminLogin string = ''

@description('Keep a deleted vault and its name for the full retention time. Once on, it can never be turned off.')
param enablePurgeProtection bool = false

@description('Recover the deleted vault of this environment, with its secret. Set by the preprovision hook, for it fails where there is none.')
param recoverVault bool = false

// --- How large --------------------------------------------------------------

@description('Size of the App Service plan. Basic is the smallest that can join a network.')
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

@description('Instances of the site. Basic allows 3.')
@minValue(1)
@maxValue(30)
param instanceCount int = 1

@description('Spread the instances over availability zones: two at least, of a Premium size.')
param zoneRedundant bool = false

@description('Requests that one visitor may send in a minute.')
@minValue(1)
param rateLimitPerMinute int = 300

@description('Use one of the subscription\'s free databases: all in one region, with an allowance for each month. Off: pay per second of use. Decide before the first deployment: a database cannot change over.')
param sqlUseFreeOffer bool = true

@description('What the free database does when its allowance is used up: sleep until next month, or go on and be billed. Azure does not let a database go back to sleeping.')
@allowed([
  'AutoPause'
  'BillOverUsage'
])
param sqlFreeLimitExhaustionBehavior string = 'AutoPause'

@description('Gigabytes of logs a day, or a fraction of one, after which Log Analytics stops taking them in.')
param logDailyCapGb string = '0.2'

@description('E-mail address for alerts, or empty to see them in the portal only.')
param alertEmail string = ''

// --- Names ------------------------------------------------------------------

var abbreviations = loadJsonContent('./abbreviations.json')
var resourceToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

// A named one, else the one of before, else whoever deploys.
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

// First, because every grant below names it. The site alone uses it.
module identity './modules/identity.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.managedIdentityUserAssignedIdentities}${resourceToken}'
    location: location
    tags: tags
  }
}

// Before the rest, because all of it sends its logs here.
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
    sitePrincipalId: identity.outputs.principalId
    assignRoles: assignRoles
  }
}

// The subnet that the data services let in and that the site joins.
module network './modules/network.bicep' = {
  scope: group
  params: {
    virtualNetworkName: '${abbreviations.networkVirtualNetworks}${resourceToken}'
    networkSecurityGroupName: '${abbreviations.networkNetworkSecurityGroups}${resourceToken}'
    location: location
    tags: tags
  }
}

// The documents: the site reads this one container.
module storage './modules/storage.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}${resourceToken}'
    location: location
    tags: tags
    restrictNetwork: restrictNetwork
    subnetId: network.outputs.subnetId
    developerIpAddress: developerIpAddress
    assignRoles: assignRoles
    sitePrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
    deployerPrincipalType: principalType
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The secret: the site reads this one secret.
module keyVault './modules/key-vault.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.keyVaultVaults}${resourceToken}'
    location: location
    tags: tags
    enablePurgeProtection: enablePurgeProtection
    recover: recoverVault
    restrictNetwork: restrictNetwork
    subnetId: network.outputs.subnetId
    developerIpAddress: developerIpAddress
    assignRoles: assignRoles
    sitePrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
    deployerPrincipalType: principalType
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The products: infra/hooks/postprovision.ts gives the site SELECT on their table, for only SQL itself can.
module sql './modules/sql.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.sqlServers}${resourceToken}'
    location: location
    tags: tags
    adminObjectId: sqlAdmin.objectId
    adminPrincipalType: sqlAdmin.type
    adminLogin: sqlAdmin.login
    useFreeOffer: sqlUseFreeOffer
    freeLimitExhaustionBehavior: sqlFreeLimitExhaustionBehavior
    subnetId: network.outputs.subnetId
    developerIpAddress: developerIpAddress
    workspaceId: monitoring.outputs.workspaceId
  }
}

// Last: its settings are the addresses of everything above.
module web './modules/web.bicep' = {
  scope: group
  params: {
    siteName: '${abbreviations.webSites}${resourceToken}'
    planName: '${abbreviations.webServerFarms}${resourceToken}'
    alertNamePrefix: '${abbreviations.insightsMetricAlerts}${resourceToken}'
    location: location
    tags: tags
    sku: appServiceSku
    instanceCount: instanceCount
    zoneRedundant: zoneRedundant
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    subnetId: network.outputs.subnetId
    blobEndpoint: storage.outputs.blobEndpoint
    containerName: storage.outputs.containerName
    keyVaultEndpoint: keyVault.outputs.endpoint
    secretName: keyVault.outputs.secretName
    sqlServer: sql.outputs.hostName
    sqlDatabase: sql.outputs.databaseName
    sqlPort: sql.outputs.port
    rateLimitPerMinute: rateLimitPerMinute
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: monitoring.outputs.actionGroupId
  }
}

// --- Outputs ----------------------------------------------------------------
// azd keeps them in its environment, over what a person has set there under the same name, and `azd down` deletes them:
// no output is named as a setting, but for AZURE_LOCATION, which azd expects. The first are named as the app settings, so
// that `azd env get-values` makes a .env file; the hooks read the others.

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

@description('Region of everything.')
output AZURE_LOCATION string = location

@description('Tenant that every token comes from.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Resource group of everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the storage account.')
output AZURE_STORAGE_ACCOUNT_NAME string = storage.outputs.name

@description('Name of the vault.')
output AZURE_KEY_VAULT_NAME string = keyVault.outputs.name

@description('Name of the SQL server.')
output AZURE_SQL_SERVER_NAME string = sql.outputs.name

@description('Name of the Application Insights component.')
output APPLICATION_INSIGHTS_NAME string = monitoring.outputs.applicationInsightsName

@description('Name of the site\'s identity, and of its user in the database.')
output WEB_IDENTITY_NAME string = identity.outputs.name

@description('Client id of the site\'s identity. Not called AZURE_CLIENT_ID, which in a pipeline is the deployer\'s own.')
output WEB_IDENTITY_CLIENT_ID string = identity.outputs.clientId

@description('Object id of the site\'s identity.')
output WEB_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId

@description('Name of the site.')
output WEB_NAME string = web.outputs.name

@description('Address of the site.')
output WEB_URI string = web.outputs.uri

@description('Object id of whoever deployed.')
output DEPLOYER_PRINCIPAL_ID string = principalId

@description('Kind of principal that deployed.')
output DEPLOYER_PRINCIPAL_TYPE string = principalType

// The settings as they were deployed: what holds for whoever has not set them.

@description('Whether Storage and Key Vault answer the site\'s subnet only.')
output DEPLOYED_RESTRICT_NETWORK bool = restrictNetwork

@description('Address of a developer who may reach the services, or empty.')
output DEPLOYED_DEVELOPER_IP_ADDRESS string = developerIpAddress

@description('Whether the deployment assigned the roles.')
output DEPLOYED_ASSIGN_ROLES bool = assignRoles

@description('Whether the roles are assigned, by the deployment or by an administrator.')
output DEPLOYED_ROLES_ASSIGNED bool = assignRoles || rolesAssigned

@description('Object id of the administrator of SQL.')
output DEPLOYED_SQL_ADMIN_OBJECT_ID string = sqlAdmin.objectId

@description('Kind of principal that administers SQL.')
output DEPLOYED_SQL_ADMIN_TYPE string = sqlAdmin.type

@description('Name that SQL shows for its administrator, or empty.')
output DEPLOYED_SQL_ADMIN_LOGIN string = sqlAdmin.login

@description('Whether the vault is kept for its full retention time.')
output DEPLOYED_ENABLE_PURGE_PROTECTION bool = enablePurgeProtection

@description('Size of the App Service plan.')
output DEPLOYED_APP_SERVICE_SKU string = appServiceSku

@description('Instances of the site.')
output DEPLOYED_INSTANCE_COUNT int = instanceCount

@description('Whether the instances are spread over availability zones.')
output DEPLOYED_ZONE_REDUNDANT bool = zoneRedundant

@description('Requests that one visitor may send in a minute.')
output DEPLOYED_RATE_LIMIT_PER_MINUTE int = rateLimitPerMinute

@description('Whether the database is one of the free ones.')
output DEPLOYED_SQL_USE_FREE_OFFER bool = sqlUseFreeOffer

@description('What the free database does when its allowance is used up.')
output DEPLOYED_SQL_FREE_LIMIT_EXHAUSTION_BEHAVIOR string = sqlFreeLimitExhaustionBehavior

@description('Gigabytes of logs a day at most.')
output DEPLOYED_LOG_DAILY_CAP_GB string = logDailyCapGb

@description('E-mail address for alerts, or empty.')
output DEPLOYED_ALERT_EMAIL string = alertEmail
