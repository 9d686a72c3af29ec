// The site as App Service runs it: its settings, its life and its alarms.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { settings as keptSettings } from '../../../infra/hooks/preprovision/parameters.ts'
import { settingNames } from '../../../src/config.ts'
import { limits } from '../../../src/limits.ts'
import { at, file, type Properties, passedTo, readInfra, resource, statements } from '../bicep.ts'
import { expected } from '../expected.ts'

// App Service chooses the port itself. The client ID is there for a user-assigned identity only (identity.test.ts).
const ownSettings = settingNames.filter((name) => !['PORT', 'AZURE_CLIENT_ID'].includes(name))

const platformSettings = {
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
  AZURE_AUTHORITY_HOST: '=environment().authentication.loginEndpoint',
  NODE_ENV: 'production',
  SCM_DO_BUILD_DURING_DEPLOYMENT: 'false',
  ApplicationInsightsAgent_EXTENSION_VERSION: 'disabled',
  WEBSITES_CONTAINER_STOP_TIME_LIMIT: '30',
}

const config = at(resource('Microsoft.Web/sites').value, 'properties.siteConfig')
const [identitySettings, ...settings] = at(config, 'appSettings') as { name: string; value: string }[]

describe('the app settings', () => {
  it('are those of src/config.ts, in its order, and then those of the platform', () => {
    assert.equal(identitySettings, '=identitySettings')
    assert.equal(
      settingNames.find((name) => name !== 'PORT'),
      'AZURE_CLIENT_ID',
    )
    assert.deepEqual(
      settings.map(({ name }) => name),
      [...ownSettings, ...Object.keys(platformSettings)],
    )
    assert.deepEqual(
      Object.fromEntries(settings.slice(ownSettings.length).map(({ name, value }) => [name, value])),
      platformSettings,
    )
  })

  it('say where the resources are', () => {
    assert.deepEqual(
      Object.fromEntries(settings.slice(0, ownSettings.length).map(({ name }) => [name, fromMain(name)])),
      {
        AZURE_STORAGE_BLOB_ENDPOINT: '=storage.outputs.blobEndpoint',
        AZURE_STORAGE_CONTAINER_NAME: '=storage.outputs.containerName',
        ...expected.appSettings,
        AZURE_SQL_SERVER: '=sql.outputs.hostName',
        AZURE_SQL_DATABASE: '=sql.outputs.databaseName',
        AZURE_SQL_PORT: '=sql.outputs.port',
        SQL_APPLICATION_INTENT: '=sqlApplicationIntent',
        RATE_LIMIT_PER_MINUTE: '=rateLimitPerMinute',
        SHOW_TRACE: '=showTrace',
        APPLICATIONINSIGHTS_CONNECTION_STRING: '=monitoring.outputs.connectionString',
        TELEMETRY_SAMPLING_PERCENT: '=telemetrySamplingPercent',
      },
    )
  })

  it('are outputs too, for a .env file, except for the identity that no laptop has, and what is sent with it', () => {
    const outputs = Object.fromEntries(
      statements('output', [file('main.bicep')]).map(({ name, value }) => [name, value]),
    )
    // Some are settings of the azd environment under the same name, so they are in the .env file already.
    const ofAzd = keptSettings.map(({ name }) => name)
    const ofSite = ['APPLICATIONINSIGHTS_CONNECTION_STRING']
    const shared = ownSettings.filter((name) => ![...ofAzd, ...ofSite].includes(name))
    for (const name of shared) assert.equal(outputs[name], fromMain(name), name)
    for (const name of ofSite) assert.ok(!(name in outputs), 'a developer has no role to send telemetry')
    assert.ok(!('AZURE_CLIENT_ID' in outputs), 'in a pipeline, this is the id of the deployer')
  })
})

describe('the outputs', () => {
  it('tell the hooks what was made, and how', () => {
    const outputs = statements('output', [file('main.bicep')]).map(({ name, value }) => [name, value])
    const others = outputs.filter(
      ([name]) => !ownSettings.includes(String(name)) && !/^DEPLOYED_|_IDENTITY_/.test(String(name)),
    )
    // Those about the identity are in identity.test.ts.
    assert.deepEqual(Object.fromEntries(others), {
      AZURE_LOCATION: '=location',
      AZURE_TENANT_ID: '=tenant().tenantId',
      AZURE_AUTHORITY_HOST: '=environment().authentication.loginEndpoint',
      AZURE_RESOURCE_MANAGER_ENDPOINT: '=environment().resourceManager',
      AZURE_PORTAL_ENDPOINT: '=environment().portal',
      AZURE_RESOURCE_GROUP: '=group.name',
      AZURE_STORAGE_ACCOUNT_NAME: '=storage.outputs.name',
      ...expected.outputs,
      AZURE_SQL_SERVER_NAME: '=sql.outputs.name',
      APPLICATION_INSIGHTS_NAME: '=monitoring.outputs.applicationInsightsName',
      WEB_NAME: '=web.outputs.name',
      WEB_URI: '=web.outputs.uri',
      DEPLOYER_PRINCIPAL_ID: '=principalId',
      DEPLOYER_PRINCIPAL_TYPE: '=principalType',
    })
  })

  it('tell what holds for whoever has not set it', () => {
    const outputs = new Map(
      statements('output', [file('main.bicep')]).map(({ name, value }) => [name, value]),
    )
    for (const { deployedName, parameter } of keptSettings) {
      const value = parameter === 'rolesAssigned' ? '=assignRoles || rolesAssigned' : `=${parameter}`
      assert.equal(outputs.get(deployedName), value, deployedName)
    }
    assert.deepEqual(
      ['OBJECT_ID', 'TYPE', 'LOGIN'].map((part) => outputs.get(`DEPLOYED_SQL_ADMIN_${part}`)),
      ['=sqlAdmin.objectId', '=sqlAdmin.type', '=sqlAdmin.login'],
    )
  })

  it('have names of their own: azd writes an output over a setting of its name, and deletes it at the end', () => {
    const read = new Set(
      [...readInfra('main.parameters.json').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name),
    )
    const shared = statements('output', [file('main.bicep')]).filter(({ name }) => read.has(name))
    assert.deepEqual(
      shared.map(({ name }) => name).filter((name) => !name.startsWith('DEPLOYED_')),
      ['AZURE_LOCATION'],
    )
  })

  it('come from the resources', () => {
    const modules = [...new Set(statements('module').map(({ target }) => file(target.replace('./', ''))))]
    const outputs = modules.flatMap(({ path, statements }) =>
      statements
        .filter(({ kind }) => kind === 'output')
        .map(({ name, value }) => [`${path.replace(/^modules\/|\.bicep$/g, '')}.${name}`, value]),
    )
    const { 'web.uri': uri, ...others } = Object.fromEntries(outputs)
    assert.deepEqual(others, {
      'identity.id': '=identity.id',
      'identity.clientId': '=identity.properties.clientId',
      'identity.principalId': '=identity.properties.principalId',
      'monitoring.workspaceId': '=workspace.id',
      'monitoring.applicationInsightsName': '=applicationInsights.name',
      'monitoring.connectionString': '=applicationInsights.properties.ConnectionString',
      'monitoring.actionGroupId': "=empty(alertEmail) ? '' : actionGroup.id",
      'network.virtualNetworkId': '=virtualNetwork.id',
      'network.siteSubnetId': '=siteSubnet.id',
      'network.endpointSubnetId': '=endpointSubnet.id',
      'storage.id': '=account.id',
      'storage.name': '=account.name',
      'storage.blobEndpoint': '=account.properties.primaryEndpoints.blob',
      'storage.containerName': '=container.name',
      ...expected.moduleOutputs,
      'sql.id': '=server.id',
      'sql.name': '=server.name',
      'sql.hostName': '=server.properties.fullyQualifiedDomainName',
      'sql.port': '=port',
      'sql.databaseName': '=database.name',
      'sql.connectionsPerVCore': '=connectionsPerVCore',
      'web.name': '=site.name',
      'web.planId': '=plan.id',
      'web.systemAssignedClientId': "=systemAssigned ? systemAssignedIdentity!.properties.clientId : ''",
      'web.systemAssignedPrincipalId':
        "=systemAssigned ? systemAssignedIdentity!.properties.principalId : ''",
    })
    assert.equal(statements('var').find(({ name }) => name === 'port')?.value, '1433')
    assert.match(String(uri), /^='https:\/\/\$\{site\.properties\.defaultHostName\}'$/)
  })
})

describe('the process', () => {
  it('runs on the Node that the project is tested with', () => {
    const { devDependencies } = JSON.parse(readRoot('package.json'))
    const [major] = devDependencies.node.match(/\d+/)
    assert.equal(at(config, 'linuxFxVersion'), `NODE|${major}-lts`)
  })

  it('is asked for its health at the route that asks nothing of Azure', () => {
    assert.equal(at(config, 'healthCheckPath'), '/healthz')
    assert.match(readRoot('src/routes/health.ts'), /\.get\('\/healthz'/)
  })

  it('has time to drain before it is killed', () => {
    assert.ok(Number(platformSettings.WEBSITES_CONTAINER_STOP_TIME_LIMIT) * 1000 > limits.drainMs)
  })
})

describe('the alert for errors', () => {
  const { target, value } = resource('Microsoft.Insights/scheduledQueryRules', 'serverErrors')
  const { criteria, ...properties } = at(value, 'properties') as Properties
  const [criterion, ...others] = at(criteria, 'allOf') as Properties[]
  const query = String(statements('var').find(({ name }) => name === 'serverErrorsQuery')?.value)

  it('asks the log, for the metric cannot tell one status from another', () => {
    const { description: _, displayName: _name, ...rest } = properties
    assert.deepEqual(rest, {
      severity: 2,
      enabled: true,
      autoMitigate: true,
      scopes: ['=workspaceId'],
      skipQueryValidation: true,
      evaluationFrequency: 'PT15M',
      windowSize: 'PT30M',
      overrideQueryTimeRange: 'P2D',
      actions: { actionGroups: '=empty(actionGroupId) ? [] : [actionGroupId]' },
    })
    assert.equal(at(value, 'kind'), 'LogAlert', target)
  })

  it('fires when the query finds something', () => {
    assert.deepEqual(others, [])
    assert.deepEqual(criterion, {
      query: '=serverErrorsQuery',
      timeAggregation: 'Count',
      operator: 'GreaterThan',
      threshold: 0,
      failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
    })
    assert.match(query, /where unexpected > 5 or failingPeriods >= 4\s*$/)
  })

  it('counts what nobody should see at once, and 503 only when it lasts', () => {
    assert.match(query, /unexpected = countif\(ScStatus in \(500, 502, 504\)\)/)
    assert.match(
      query,
      /failingPeriods = dcountif\(bin\(TimeGenerated, 5m\), ScStatus in \(500, 502, 503, 504\)\)/,
    )
    assert.match(query, /TimeGenerated > ago\(30m\) and CsUriStem != '\/readyz'/)
  })

  it('is silent until the site has answered once', () => {
    assert.match(
      query,
      /let answered = toscalar\(AppServiceHTTPLogs \| where ScStatus between \(200 \.\. 399\) \| count\) > 0;/,
    )
    assert.match(query, /where answered and /)
  })

  it('finds its lines in the workspace', () => {
    const logs = statements('resource').find(
      ({ target, value }) => target.endsWith('/diagnosticSettings') && at(value, 'scope') === '=site',
    )
    const categories = at(logs?.value, 'properties.logs') as Properties[]
    assert.ok(categories.some(({ category }) => query.includes(`${category}`)))
  })
})

describe('the alert for an unhealthy instance', () => {
  const { criteria, ...properties } = at(
    resource('Microsoft.Insights/metricAlerts').value,
    'properties',
  ) as Properties

  it('sees an average of health checks below 100, while another instance answers', () => {
    const { 'odata.type': type, allOf } = criteria as Properties
    assert.equal(type, 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria')
    const criterion = { criterionType: 'StaticThresholdCriterion', metricNamespace: 'Microsoft.Web/sites' }
    assert.deepEqual(
      (allOf as Properties[]).map(({ name: _, ...rest }) => rest),
      [
        {
          ...criterion,
          metricName: 'HealthCheckStatus',
          timeAggregation: 'Average',
          operator: 'LessThan',
          threshold: 100,
        },
        // Nothing answers before the first deployment.
        {
          ...criterion,
          metricName: 'Http2xx',
          timeAggregation: 'Total',
          operator: 'GreaterThan',
          threshold: 0,
        },
      ],
    )
  })

  it('looks at more than one value of the metric', () => {
    const { description: _, ...rest } = properties
    assert.deepEqual(rest, {
      severity: 1,
      enabled: true,
      autoMitigate: true,
      scopes: ['=site.id'],
      evaluationFrequency: 'PT5M',
      windowSize: 'PT15M',
      actions: '=empty(actionGroupId) ? [] : [{ actionGroupId: actionGroupId }]',
    })
  })
})

describe('an alert', () => {
  it('is sent to an address if a parameter names one', () => {
    const group = resource('Microsoft.Insights/actionGroups')
    assert.equal(group.condition, '!empty(alertEmail)')
    assert.equal(at(group.value, 'properties.enabled'), true)
    assert.deepEqual(at(group.value, 'properties.emailReceivers'), [
      { name: 'owner', emailAddress: '=alertEmail', useCommonAlertSchema: true },
    ])
    assert.equal(passedTo('modules/web.bicep').actionGroupId, '=monitoring.outputs.actionGroupId')
  })
})

// What main.bicep passes for a setting: web.bicep only hands it on.
function fromMain(setting: string) {
  const value = settings.find(({ name }) => name === setting)?.value
  const [, param = ''] = value?.match(/^=(?:string\()?(\w+)\)?$/) ?? []
  return passedTo('modules/web.bicep')[param]
}

function readRoot(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
}
