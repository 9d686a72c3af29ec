// Where logs and alerts go.

@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Name of the action group that alerts notify.')
param actionGroupName string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Gigabytes per day after which the workspace stops collecting logs. A string, because Bicep has no type for fractions.')
param logDailyCapGb string

@description('Email address for alerts, or empty.')
param alertEmail string

// For Log Analytics, -1 means no limit.
var dailyQuotaGb = startsWith(logDailyCapGb, '-')
  ? fail('LOG_DAILY_CAP_GB must be a positive number of gigabytes, for example 0.2.')
  : json(logDailyCapGb)

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    // The retention that is included in the price.
    retentionInDays: 30
    // Limits the cost of excessive logging, for example during a flood of requests.
    workspaceCapping: { dailyQuotaGb: dailyQuotaGb }
    // No workspace key: queries and agents sign in with Microsoft Entra.
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

// The site sends its telemetry with its identity.
resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    // Without this, the instrumentation key in the connection string would be enough to send.
    DisableLocalAuth: true
  }
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'site'
    emailReceivers: [
      {
        name: 'owner'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

@description('Resource ID of the workspace, for diagnostic settings.')
output workspaceId string = workspace.id

@description('Name of the Application Insights component.')
output applicationInsightsName string = applicationInsights.name

// No credential: it says where to send and for which component. Who sends needs a token, and the role in access.bicep.
@description('Connection string of the Application Insights component.')
output connectionString string = applicationInsights.properties.ConnectionString

@description('Resource ID of the action group that alerts notify, or empty.')
output actionGroupId string = empty(alertEmail) ? '' : actionGroup.id
