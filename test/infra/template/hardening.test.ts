// The settings that make each service safe, or keep its bill small, one by one.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  at,
  file,
  type Properties,
  passedTo,
  resource,
  statements,
  type Value,
  valuesPassed,
} from '../bicep.ts'
import { expected } from '../expected.ts'

const promises: Record<string, Record<string, Value>> = {
  'Microsoft.Storage/storageAccounts': {
    kind: 'StorageV2',
    'sku.name': "=zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'",
    'properties.allowSharedKeyAccess': false,
    'properties.defaultToOAuthAuthentication': true,
    'properties.allowBlobPublicAccess': false,
    'properties.allowCrossTenantReplication': false,
    'properties.minimumTlsVersion': 'TLS1_2',
    'properties.supportsHttpsTrafficOnly': true,
  },
  'Microsoft.Storage/storageAccounts/blobServices': {
    parent: '=account',
    name: 'default',
    'properties.deleteRetentionPolicy': { enabled: true, days: 7 },
    'properties.containerDeleteRetentionPolicy': { enabled: true, days: 7 },
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers': {
    parent: '=blobs',
    name: 'documents',
    'properties.publicAccess': 'None',
  },
  'Microsoft.Sql/servers': {
    'properties.minimalTlsVersion': '1.2',
  },
  'Microsoft.Sql/servers/databases': {
    parent: '=server',
    name: 'products',
    sku: { name: 'GP_S_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: '=vCores' },
    'properties.autoPauseDelay': '=autoPauseMinutes',
    'properties.minCapacity': "=vCores > 4 ? vCores / 8 : json('0.5')",
    'properties.maxSizeBytes': 32 * 1024 ** 3,
    'properties.requestedBackupStorageRedundancy': "=zoneRedundant && !useFreeOffer ? 'Zone' : 'Local'",
    'properties.zoneRedundant': '=zoneRedundant && !useFreeOffer',
    'properties.useFreeLimit': '=useFreeOffer',
    'properties.freeLimitExhaustionBehavior': '=useFreeOffer ? freeLimitExhaustionBehavior : null',
  },
  'Microsoft.Sql/servers/auditingSettings': {
    parent: '=server',
    name: 'default',
    'properties.state': 'Enabled',
    'properties.retentionDays': 90,
    'properties.isAzureMonitorTargetEnabled': true,
    'properties.auditActionsAndGroups': [
      'SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP',
      'FAILED_DATABASE_AUTHENTICATION_GROUP',
      'BATCH_COMPLETED_GROUP',
    ],
  },
  'Microsoft.OperationalInsights/workspaces': {
    'properties.sku.name': 'PerGB2018',
    'properties.retentionInDays': 30,
    'properties.workspaceCapping.dailyQuotaGb': '=dailyQuotaGb',
    'properties.features': {
      disableLocalAuth: true,
      enableLogAccessUsingOnlyResourcePermissions: true,
    },
  },
  'Microsoft.Insights/components': {
    kind: 'web',
    'properties.Application_Type': 'web',
    'properties.WorkspaceResourceId': '=workspace.id',
    'properties.DisableLocalAuth': true,
  },
  'Microsoft.Web/serverfarms': {
    kind: 'linux',
    sku: { name: '=sku', capacity: '=max(instanceCount, zoneRedundant ? 2 : 1)' },
    'properties.reserved': true,
    'properties.zoneRedundant': '=zoneRedundant',
    'properties.elasticScaleEnabled': '=automaticScaling',
    'properties.maximumElasticWorkerCount': '=automaticScaling ? maxInstanceCount : null',
  },
  'Microsoft.Web/sites': {
    kind: 'app,linux',
    'properties.serverFarmId': '=plan.id',
    'properties.httpsOnly': true,
    'properties.publicNetworkAccess': 'Enabled',
    'properties.clientAffinityEnabled': false,
    'properties.siteConfig.alwaysOn': true,
    'properties.siteConfig.minimumElasticInstanceCount': '=automaticScaling ? instanceCount : null',
    'properties.siteConfig.http20Enabled': true,
    'properties.siteConfig.minTlsVersion': '1.2',
    'properties.siteConfig.scmMinTlsVersion': '1.2',
    'properties.siteConfig.ftpsState': 'Disabled',
    'properties.siteConfig.remoteDebuggingEnabled': false,
    'properties.siteConfig.httpLoggingEnabled': true,
    'properties.siteConfig.detailedErrorLoggingEnabled': true,
    'properties.siteConfig.requestTracingEnabled': true,
    'properties.siteConfig.logsDirectorySizeLimit': 35,
  },
}

for (const [type, values] of Object.entries(promises)) {
  describe(type, () => {
    for (const [path, value] of Object.entries(values)) {
      it(`${path} is ${JSON.stringify(value)}`, () => {
        assert.deepEqual(at(resource(type).value, path), value)
      })
    }
  })
}

describe('a sleeping database', () => {
  // What wakes it: https://learn.microsoft.com/azure/azure-sql/database/serverless-tier-auto-pause-resume#auto-resume
  // Transparent data encryption is on by itself, so the template leaves it alone, and with it all else of a database
  // that has to be looked up or changed inside of it.
  it('is not woken by a deployment: the template sets nothing inside of it', () => {
    const inside = statements('resource').filter(({ target }) =>
      /^Microsoft\.Sql\/servers\/databases\//.test(target),
    )
    assert.deepEqual(inside, [])
  })
})

describe('the daily cap of the log', () => {
  it('may be a fraction of a gigabyte, and never the -1 that means no limit', () => {
    const cap = statements('var').find(({ name }) => name === 'dailyQuotaGb')
    assert.match(
      String(cap?.value),
      /^=startsWith\(logDailyCapGb, '-'\)\s+\? fail\('LOG_DAILY_CAP_GB .*'\)\s+: json\(logDailyCapGb\)$/,
    )
  })
})

describe('Microsoft.Web/sites/basicPublishingCredentialsPolicies', () => {
  it('allows neither of the two publishing passwords', () => {
    const policies = statements('resource').filter(({ target }) => target.endsWith('CredentialsPolicies'))
    assert.deepEqual(
      policies.map(({ value }) => value),
      ['ftp', 'scm'].map((name) => ({ parent: '=site', name, properties: { allow: false } })),
    )
  })
})

describe('Microsoft.Insights/diagnosticSettings', () => {
  const settings = statements('resource').filter(({ target }) => target.endsWith('/diagnosticSettings'))

  it('send these logs to Log Analytics', () => {
    const logs = settings.map(({ value }) => {
      const categories = at(value, 'properties.logs') as Properties[]
      for (const { enabled } of categories) assert.equal(enabled, true)
      assert.equal(at(value, 'properties.workspaceId'), '=workspaceId')
      return [at(value, 'scope'), categories.map(({ category }) => category)]
    })
    assert.deepEqual(Object.fromEntries(logs), {
      ...expected.logs,
      '=master': ['SQLSecurityAuditEvents'],
      '=database': ['SQLSecurityAuditEvents', 'Errors', 'Timeouts', 'Blocks', 'Deadlocks'],
      '=blobs': ['StorageRead', 'StorageWrite', 'StorageDelete'],
      '=site': [
        'AppServiceHTTPLogs',
        'AppServiceConsoleLogs',
        'AppServicePlatformLogs',
        'AppServiceAuditLogs',
      ],
    })
  })

  it('include the master database, through which a server sends its audit', () => {
    const master = statements('resource').find(({ name }) => name === 'master')
    assert.equal(master?.target, 'Microsoft.Sql/servers/databases')
    assert.deepEqual(master?.value, { parent: '=server', name: 'master' })
    assert.ok(master?.existing)
    const logs = settings.find(({ value }) => at(value, 'scope') === '=master')
    assert.deepEqual(at(logs?.value, 'dependsOn'), ['=database'])
  })

  it('name the one workspace', () => {
    const output = statements('output').find(({ name }) => name === 'workspaceId')
    assert.equal(output?.value, '=workspace.id')
    assert.deepEqual(valuesPassed('workspaceId'), ['=monitoring.outputs.workspaceId'])
  })
})

describe('the parameters', () => {
  it('cost as little as they can, unless they are set', () => {
    const defaults = Object.fromEntries(
      statements('param', [file('main.bicep')]).map(({ name, value }) => [name, value]),
    )
    assert.equal(defaults.appServiceSku, 'B1')
    assert.equal(defaults.sqlUseFreeOffer, true)
    assert.equal(defaults.sqlFreeLimitExhaustionBehavior, 'AutoPause')
    assert.equal(defaults.logDailyCapGb, '0.2')
    for (const [module, name, value] of [
      ['web', 'sku', '=appServiceSku'],
      ['web', 'instanceCount', '=instanceCount'],
      ['web', 'zoneRedundant', '=zoneRedundant'],
      ['sql', 'useFreeOffer', '=sqlUseFreeOffer'],
      ['sql', 'freeLimitExhaustionBehavior', '=sqlFreeLimitExhaustionBehavior'],
      ['monitoring', 'logDailyCapGb', '=logDailyCapGb'],
      ['monitoring', 'alertEmail', '=alertEmail'],
    ] as const) {
      assert.equal(passedTo(`modules/${module}.bicep`)[name], value)
    }
  })
})
