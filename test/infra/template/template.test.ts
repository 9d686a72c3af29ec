// The shape of the template: what it is made of, and that its parts fit together.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { settings } from '../../../infra/hooks/preprovision/parameters.ts'
import { at, file, files, type Properties, readData, readInfra, resource, statements } from '../bicep.ts'
import { expected } from '../expected.ts'

const main = file('main.bicep')
const modules = statements('module')

const siteTags = "=union(tags, { 'azd-service-name': 'web' })"

// Types that are a part of another resource, and have no tags of their own.
const parts = new Set([
  'Microsoft.Authorization/roleAssignments',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
  'Microsoft.Sql/servers/auditingSettings',
  'Microsoft.Sql/servers/firewallRules',
  'Microsoft.Sql/servers/virtualNetworkRules',
  'Microsoft.Storage/storageAccounts/blobServices',
  'Microsoft.Storage/storageAccounts/blobServices/containers',
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
])

describe('every Bicep file', () => {
  for (const { path, readable, source } of files) {
    it(`${path} can be read`, () => assert.ok(readable))

    it(`${path} silences one rule only, where the version to use is a preview`, () => {
      const lines = source.split('\n')
      const silenced = lines.flatMap((line, index) => (line.startsWith('#') ? [line, lines[index + 1]] : []))
      for (const [index, line] of silenced.entries()) {
        assert.match(
          line ?? '',
          index % 2 ? /diagnosticSettings@.*-preview'/ : /^#disable-next-line use-recent-api-versions \/\/ /,
        )
      }
    })
  }

  it('describes each parameter and output', () => {
    const silent = [...statements('param'), ...statements('output')].filter(
      ({ decorators }) => !decorators.description?.[0],
    )
    assert.deepEqual(silent, [])
  })

  it('uses the newest API versions', () => {
    const newest = readData('api-versions.json')
    for (const { target, apiVersion } of statements('resource')) {
      assert.equal(apiVersion, newest[target], target)
    }
  })
})

describe('main.bicep', () => {
  it('is deployed to a subscription and makes the resource group', () => {
    assert.match(main.source, /^targetScope = 'subscription'$/m)
    assert.match(
      String(at(resource('Microsoft.Resources/resourceGroups').value, 'name')),
      /^='\$\{abbreviations\.resourcesResourceGroups\}\$\{environmentName\}'$/,
    )
  })

  it('uses every module file, in that resource group', () => {
    assert.deepEqual(
      [...new Set(modules.map(({ target }) => target.replace('./', '')))].sort(),
      files.map(({ path }) => path).filter((path) => path !== 'main.bicep'),
    )
    for (const { value, name } of modules) assert.equal(at(value, 'scope'), '=group', name)
  })

  it('passes each module what it asks for', () => {
    for (const { name, value, target } of modules) {
      const asked = paramsOf(target).filter(({ value }) => value === undefined)
      const passed = Object.keys(at(value, 'params') as Properties)
      assert.deepEqual(passed.sort(), asked.map(({ name }) => name).sort(), name)
    }
  })

  it('flows one way: a module uses only what stands above it', () => {
    const above = new Set<string>()
    for (const { name, value } of modules) {
      for (const [, used = ''] of JSON.stringify(value).matchAll(/(\w+)\.outputs/g)) {
        assert.ok(above.has(used), `${name} uses ${used}`)
      }
      above.add(name)
    }
  })

  it('names everything after the environment, with each abbreviation in use', () => {
    const value = (name: string) => main.statements.find((each) => each.name === name)?.value
    assert.equal(
      value('resourceToken'),
      '=toLower(uniqueString(subscription().id, environmentName, location))',
    )
    for (const { value, name } of modules) {
      for (const given of Object.values(at(value, 'params') as Properties)) {
        if (!String(given).includes('abbreviations')) continue
        assert.match(String(given), /^='\$\{abbreviations\.\w+\}\$\{resourceToken\}'$/, name)
      }
    }
    assert.equal(value('abbreviations'), "=loadJsonContent('./abbreviations.json')")
    const abbreviations = JSON.parse(readInfra('abbreviations.json'))
    const used = [...main.source.matchAll(/\$\{abbreviations\.(\w+)\}/g)].map(([, name]) => name)
    assert.deepEqual([...new Set(used)].sort(), Object.keys(abbreviations).sort())
    // Azure takes 3 to 24 characters for this one, of which the token has 13.
    assert.match(abbreviations.storageStorageAccounts, /^[a-z]{1,11}$/)
    const name = statements('param', [file('modules/storage.bicep')]).find((each) => each.name === 'name')
    assert.deepEqual([name?.decorators.minLength, name?.decorators.maxLength], [[3], [24]])
  })
})

describe('main.parameters.json', () => {
  const given: Record<string, { value: string }> = JSON.parse(readInfra('main.parameters.json')).parameters
  const params = statements('param', [main])

  it('has the parameters of main.bicep, in their order', () => {
    assert.deepEqual(
      Object.keys(given),
      params.map(({ name }) => name),
    )
  })

  it('leaves the first four to azd', () => {
    assert.deepEqual(Object.entries(given).slice(0, 4).map(readVariable), [
      ['environmentName', 'AZURE_ENV_NAME', undefined],
      ['location', 'AZURE_LOCATION', undefined],
      ['principalId', 'AZURE_PRINCIPAL_ID', undefined],
      ['principalType', 'AZURE_PRINCIPAL_TYPE', undefined],
    ])
  })

  it('names a variable for each of the others, with the default of main.bicep', () => {
    assert.deepEqual(
      Object.entries(given).slice(4).map(readVariable),
      params.slice(4).map(({ name, value }) => [
        name,
        name.replace(/[A-Z]/g, '_$&').toUpperCase(),
        // One is by default what another one is.
        String(params.find((other) => value === `=${other.name}`)?.value ?? value),
      ]),
    )
  })

  it('leaves no default for main.bicep to compute: azd hands over an empty text, and no parameter is missing', () => {
    for (const { name, value } of params) {
      if (name !== 'rolesAssigned') assert.doesNotMatch(String(value), /^=/, name)
    }
  })

  it('takes what is deployed where a setting is not set', () => {
    const others = Object.entries(given)
      .slice(4)
      .filter(([, { value }]) => !value.includes('=${DEPLOYED_'))
    assert.deepEqual(
      others.map(([name]) => name),
      [
        // Only from whoever names a new administrator now.
        'sqlAdminGroupObjectId',
        'sqlAdminObjectId',
        'sqlAdminLogin',
        // Only from the preprovision hook.
        'keptSqlAdminObjectId',
        'keptSqlAdminType',
        'keptSqlAdminLogin',
        ...expected.hookParameters,
      ],
    )
    assert.equal(settings.length, params.length - 4 - others.length, 'the hook reads the rest')
  })

  function readVariable([name, { value }]: [string, { value: string }]) {
    const [, variable, preset] = value.match(/^\$\{([A-Z_]+)(?:=(.*))?\}$/) ?? []
    const [, inner = preset] = preset?.match(new RegExp(`^\\$\\{DEPLOYED_${variable}=(.*)\\}$`)) ?? []
    return [name, variable, inner?.replace(/^\$\{\w+=(.*)\}$/, '$1')]
  }
})

describe('every resource', () => {
  const made = statements('resource').filter(({ existing }) => !existing)

  it('has the tag of its environment, if its type has tags', () => {
    assert.deepEqual(main.statements.find(({ name }) => name === 'tags')?.value, {
      'azd-env-name': '=environmentName',
    })
    for (const { value, target } of made) {
      const tags = parts.has(target) ? undefined : target === 'Microsoft.Web/sites' ? siteTags : '=tags'
      assert.equal(at(value, 'tags'), tags, target)
    }
    for (const { value, name } of modulesWith('tags')) assert.equal(at(value, 'params.tags'), '=tags', name)
  })

  it('stands in the one region', () => {
    const global = new Set([
      'Microsoft.Insights/actionGroups',
      'Microsoft.Insights/metricAlerts',
      'Microsoft.Network/privateDnsZones',
      'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
    ])
    const placeless = new Set([...parts, 'Microsoft.KeyVault/vaults/secrets'])
    for (const { value, target } of made) {
      const location = placeless.has(target) ? undefined : global.has(target) ? 'global' : '=location'
      assert.equal(at(value, 'location'), location, target)
    }
    for (const { value, name } of modulesWith('location')) {
      assert.equal(at(value, 'params.location'), '=location', name)
    }
  })
})

function paramsOf(target: string) {
  return statements('param', [file(target.replace('./', ''))])
}

/** The modules that ask for this parameter. */
function modulesWith(parameter: string) {
  return modules.filter(({ target }) => paramsOf(target).some(({ name }) => name === parameter))
}

describe('bicepconfig.json', () => {
  const { enabled, rules } = JSON.parse(readInfra('bicepconfig.json')).analyzers.core

  it('makes the rules errors', () => {
    assert.equal(enabled, true)
    for (const rule of [
      'explicit-values-for-loc-params',
      'no-hardcoded-env-urls',
      'no-hardcoded-location',
      'no-unused-params',
      'no-unused-vars',
      'outputs-should-not-contain-secrets',
      'prefer-interpolation',
      'protect-commandtoexecute-secrets',
      'secure-parameter-default',
      'secure-secrets-in-params',
      'simplify-interpolation',
      'use-parent-property',
      'use-resource-id-functions',
      'use-stable-resource-identifiers',
    ]) {
      assert.ok(rule in rules, rule)
    }
    for (const [rule, { level }] of Object.entries<{ level: string }>(rules))
      assert.equal(level, 'error', rule)
  })

  it('has no rule that comes with the calendar: azd compiles with this file, on the day of each `azd up`', () => {
    for (const rule of Object.keys(rules)) assert.doesNotMatch(rule, /^use-recent-/)
  })
})
