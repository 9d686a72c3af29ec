// The site: its plan, its settings, its alerts.

@description('Name of the site, and first part of its address.')
param siteName string

@description('Name of the App Service plan.')
param planName string

@description('Prefix of the names of the alerts.')
param alertNamePrefix string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Size of the App Service plan.')
param sku string

@description('Number of instances of the site; with automatic scaling, the smallest number.')
param instanceCount int

@description('Largest number of instances with automatic scaling, or 0.')
param maxInstanceCount int

@description('Spread the instances over availability zones.')
param zoneRedundant bool

@description('Resource ID of the site\'s user-assigned identity, or empty to give the site a system-assigned one.')
param userAssignedIdentityId string

@description('Client ID of the user-assigned identity, or empty.')
param userAssignedIdentityClientId string

@description('Resource ID of the subnet that the site joins.')
param subnetId string

@description('Address of Blob Storage.')
param blobEndpoint string

@description('Name of the container with the documents.')
param containerName string

@description('Address of the vault.')
param keyVaultEndpoint string

@description('Name of the sample secret.')
param secretName string

@description('How many minutes deliveries signed with the previous version of the secret are accepted after a rotation.')
param webhookRotationGraceMinutes int

@description('Host name of the SQL server.')
param sqlServer string

@description('Name of the database.')
param sqlDatabase string

@description('Port of the SQL server.')
param sqlPort string

@description('ReadWrite, or ReadOnly to query a read-only replica.')
param sqlApplicationIntent string

@description('Number of requests that one client may send in a minute.')
param rateLimitPerMinute int

@description('Whether pages show how they were answered.')
param showTrace bool

@description('Connection string of Application Insights: addresses, and no credential.')
param applicationInsightsConnectionString string

@description('Percentage of requests whose traces are sent.')
param telemetrySamplingPercent string

@description('Resource ID of the Log Analytics workspace.')
param workspaceId string

@description('Resource ID of the action group that alerts notify, or empty.')
param actionGroupId string

var systemAssigned = empty(userAssignedIdentityId)

// App Service adds instances while they are busy, and removes them again. Only Premium sizes do that:
// https://learn.microsoft.com/azure/app-service/manage-automatic-scaling
var automaticScaling = maxInstanceCount > 0

// A user-assigned identity has to be selected. Without this setting, the credential uses the system-assigned one.
var identitySettings = systemAssigned ? [] : [{ name: 'AZURE_CLIENT_ID', value: userAssignedIdentityClientId }]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'linux'
  sku: {
    name: sku
    // Azure refuses zones for a single instance.
    capacity: max(instanceCount, zoneRedundant ? 2 : 1)
  }
  properties: {
    // true means Linux.
    reserved: true
    zoneRedundant: zoneRedundant
    elasticScaleEnabled: automaticScaling
    maximumElasticWorkerCount: automaticScaling ? maxInstanceCount : null
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: siteName
  location: location
  // With this tag, azd finds the site for the service in azure.yaml.
  tags: union(tags, { 'azd-service-name': 'web' })
  kind: 'app,linux'
  identity: systemAssigned
    ? { type: 'SystemAssigned' }
    : { type: 'UserAssigned', userAssignedIdentities: { '${userAssignedIdentityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: subnetId
    // Any instance can handle any request, because the site keeps no sessions.
    clientAffinityEnabled: false
    // Key Vault references need to be told of a user-assigned identity.
    keyVaultReferenceIdentity: systemAssigned ? 'SystemAssigned' : userAssignedIdentityId
    siteConfig: {
      linuxFxVersion: 'NODE|24-lts'
      // App Service runs this line in a shell that is process 1 of the container and passes no signal on: with exec, Node
      // replaces the shell and receives SIGTERM. Source maps name the lines of src/ in the log. Nothing is built here.
      appCommandLine: 'exec node --enable-source-maps server.js'
      alwaysOn: true
      // How many are ready at any time.
      minimumElasticInstanceCount: automaticScaling ? instanceCount : null
      healthCheckPath: '/healthz'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      remoteDebuggingEnabled: false
      // What the portal's log stream and diagnostics show, kept on the site's own disk.
      httpLoggingEnabled: true
      detailedErrorLoggingEnabled: true
      requestTracingEnabled: true
      logsDirectorySizeLimit: 35
      appSettings: concat(identitySettings, [
        // The names and the order of src/config.ts; PORT is for App Service to choose.
        { name: 'AZURE_STORAGE_BLOB_ENDPOINT', value: blobEndpoint }
        { name: 'AZURE_STORAGE_CONTAINER_NAME', value: containerName }
        { name: 'AZURE_KEY_VAULT_ENDPOINT', value: keyVaultEndpoint }
        { name: 'AZURE_KEY_VAULT_SECRET_NAME', value: secretName }
        { name: 'WEBHOOK_ROTATION_GRACE_MINUTES', value: string(webhookRotationGraceMinutes) }
        { name: 'AZURE_SQL_SERVER', value: sqlServer }
        { name: 'AZURE_SQL_DATABASE', value: sqlDatabase }
        { name: 'AZURE_SQL_PORT', value: sqlPort }
        { name: 'SQL_APPLICATION_INTENT', value: sqlApplicationIntent }
        { name: 'RATE_LIMIT_PER_MINUTE', value: string(rateLimitPerMinute) }
        { name: 'SHOW_TRACE', value: string(showTrace) }
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: applicationInsightsConnectionString }
        { name: 'TELEMETRY_SAMPLING_PERCENT', value: telemetrySamplingPercent }
        // DefaultAzureCredential tries the managed identity and nothing else.
        { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
        // Where credentials other than the managed identity would sign in: it differs in Azure Government and in China.
        { name: 'AZURE_AUTHORITY_HOST', value: environment().authentication.loginEndpoint }
        { name: 'NODE_ENV', value: 'production' }
        // The package is complete: dist/ holds one bundle.
        { name: 'SCM_DO_BUILD_DURING_DEPLOYMENT', value: 'false' }
        // Without App Service's agent, which its start script loads for a version such as ~3: the site sends its own telemetry.
        { name: 'ApplicationInsightsAgent_EXTENSION_VERSION', value: 'disabled' }
        // Seconds from SIGTERM to SIGKILL: time for running downloads to end.
        { name: 'WEBSITES_CONTAINER_STOP_TIME_LIMIT', value: '30' }
      ])
    }
  }
}

// Azure creates it with the site, and only this resource has its client ID.
resource systemAssignedIdentity 'Microsoft.ManagedIdentity/identities@2024-11-30' existing = if (systemAssigned) {
  scope: site
  name: 'default'
}

// Disables the two publishing passwords that every new site has. azd deploys with a token.
resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

#disable-next-line use-recent-api-versions // The stable version is from 2016 and cannot name log categories of today.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: site
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'AppServiceHTTPLogs', enabled: true }
      { category: 'AppServiceConsoleLogs', enabled: true }
      { category: 'AppServicePlatformLogs', enabled: true }
      { category: 'AppServiceAuditLogs', enabled: true }
    ]
  }
}

// Both alerts wait for the first successful response, because before the first deployment of code every response is an error.
// Normal 503 responses, while the database wakes or a role is not in effect yet, count only when they continue. /readyz does
// not count, because 503 is one of its normal responses.
var serverErrorsQuery = '''
let answered = toscalar(AppServiceHTTPLogs | where ScStatus between (200 .. 399) | count) > 0;
AppServiceHTTPLogs
| where answered and TimeGenerated > ago(30m) and CsUriStem != '/readyz'
| summarize
    unexpected = countif(ScStatus in (500, 502, 504)),
    failingPeriods = dcountif(bin(TimeGenerated, 5m), ScStatus in (500, 502, 503, 504))
| where unexpected > 5 or failingPeriods >= 4
'''

// The metric for 5xx does not distinguish statuses; the log does. At this frequency the rule costs about half a
// US dollar a month.
resource serverErrors 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${alertNamePrefix}-unexpected-errors'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${siteName}: unexpected errors'
    description: 'In half an hour the site answered more than five requests with 500, 502 or 504, or some with these or 503 in at least four periods of five minutes.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [workspaceId]
    // The table appears with the first request that is logged.
    skipQueryValidation: true
    evaluationFrequency: 'PT15M'
    // Twice as long, because log lines take some minutes to arrive.
    windowSize: 'PT30M'
    // The maximum of a rule: the query needs it to find out whether the site has ever responded.
    overrideQueryTimeRange: 'P2D'
    criteria: {
      allOf: [
        {
          query: serverErrorsQuery
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: empty(actionGroupId) ? [] : [actionGroupId] }
  }
}

// For an instance that fails while others respond. If none responds, the alert above fires: Always On requests the home page
// every five minutes.
resource unhealthyInstances 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${alertNamePrefix}-unhealthy-instances'
  location: 'global'
  tags: tags
  properties: {
    description: 'At least one instance fails its health check, and another answers.'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [site.id]
    evaluationFrequency: 'PT5M'
    // The metric comes every five minutes: a shorter window can miss it.
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'unhealthy-instances'
          metricNamespace: 'Microsoft.Web/sites'
          metricName: 'HealthCheckStatus'
          timeAggregation: 'Average'
          operator: 'LessThan'
          threshold: 100
        }
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'the-site-answers'
          metricNamespace: 'Microsoft.Web/sites'
          metricName: 'Http2xx'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: empty(actionGroupId) ? [] : [{ actionGroupId: actionGroupId }]
  }
}

@description('Name of the site.')
output name string = site.name

@description('Resource ID of the App Service plan.')
output planId string = plan.id

@description('Address of the site.')
output uri string = 'https://${site.properties.defaultHostName}'

@description('Client ID of the system-assigned identity, or empty.')
output systemAssignedClientId string = systemAssigned ? systemAssignedIdentity!.properties.clientId : ''

@description('Object ID of the system-assigned identity, or empty.')
output systemAssignedPrincipalId string = systemAssigned ? systemAssignedIdentity!.properties.principalId : ''
