// What the site's own telemetry tells its operators: a workbook to look at, and an alert.

@description('Name of the site, for the titles of the workbook and the alert.')
param siteName string

@description('Prefix of the names of the alerts.')
param alertNamePrefix string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Resource ID of the Log Analytics workspace, whose tables hold the telemetry.')
param workspaceId string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Resource ID of the App Service plan.')
param planId string

@description('Resource ID of the action group that alerts notify, or empty.')
param actionGroupId string

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

// The portal's own format, so that a workbook changed there can be copied back. Its queries go to the workspace, where the
// tables have the names AppRequests, AppDependencies and so on; a query to the component would need the older names.
var serializedWorkbook = loadTextContent('../telemetry/workbook.json')

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // Azure accepts a GUID only.
  name: guid(applicationInsights.id, 'operations')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: '${siteName}: operations'
    description: 'Errors by cause, slowest calls, waking of the database, saturation.'
    category: 'workbook'
    // Where the portal lists it.
    sourceId: applicationInsights.id
    serializedData: replace(
      replace(replace(serializedWorkbook, '{{siteName}}', siteName), '{{workspaceId}}', workspaceId),
      '{{planId}}',
      planId
    )
  }
}

// For what the platform does not see: the cause of an error, a database that does not wake up, queues. One rule for all, because
// each costs about half a US dollar a month at this frequency, and some cents for each further sign that it finds. It finds
// nothing in a site that sends no telemetry; the alerts in web.bicep need none.
resource trouble 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${alertNamePrefix}-trouble'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${siteName}: signs of trouble'
    description: 'In half an hour, requests failed again and again for one cause, the database did not wake up, or connections, downloads or the event loop were at their limit. The dimension "sign" says which.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [workspaceId]
    // The tables appear with the first telemetry.
    skipQueryValidation: true
    evaluationFrequency: 'PT15M'
    // Twice as long, because telemetry takes some minutes to arrive.
    windowSize: 'PT30M'
    criteria: {
      allOf: [
        {
          query: loadTextContent('../telemetry/trouble.kql')
          timeAggregation: 'Count'
          dimensions: [{ name: 'sign', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: empty(actionGroupId) ? [] : [actionGroupId] }
  }
}
