// More instances: what App Service and the database allow, and the sets of values in infra/values/.
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { type Setting, settings } from '../../../infra/hooks/preprovision/parameters.ts'
import { limits } from '../../../src/limits.ts'
import { file, passedTo, readInfra, type Statement, statements } from '../bicep.ts'

const main = file('main.bicep')
const params = new Map(statements('param', [main]).map((param) => [param.name, param]))
const variable = (name: string) => String(statements('var', [main]).find((each) => each.name === name)?.value)

describe('SQL connections', () => {
  const [limit] = statements('param', [file('modules/sql.bicep')])
    .filter(({ name }) => name === 'connectionsPerVCore')
    .map(({ decorators }) => decorators.maxValue?.[0])

  it('are counted as the site opens them', () => {
    assert.match(
      variable('sqlConnectionsPerVCore'),
      new RegExp(`^=\\(${limits.sqlConnections} \\* mostInstances `),
    )
    assert.equal(passedTo('modules/sql.bicep').connectionsPerVCore, '=sqlConnectionsPerVCore')
  })

  it('fit a database up to its number of concurrent workers, and no further', () => {
    assert.equal(limit, 75)
    const fits = (instances: number, vCores: number) =>
      connectionsPerVCore({ instanceCount: 1, maxInstanceCount: instances, sqlVCores: vCores }) <=
      Number(limit)
    assert.deepEqual([fits(15, 2), fits(16, 2)], [true, false])
    assert.deepEqual([fits(30, 4), fits(8, 1)], [true, false])
  })

  it('are those of the largest number of instances', () => {
    assert.equal(connectionsPerVCore({ instanceCount: 3, maxInstanceCount: 0, sqlVCores: 2 }), 15)
    assert.equal(
      connectionsPerVCore({ instanceCount: 1, maxInstanceCount: 0, sqlVCores: 1, zoneRedundant: true }),
      20,
    )
  })
})

describe('automatic scaling', () => {
  it('is off by default, and begins with a largest number of instances', () => {
    assert.equal(params.get('maxInstanceCount')?.value, 0)
    const { value } =
      statements('var', [file('modules/web.bicep')]).find(({ name }) => name === 'automaticScaling') ?? {}
    assert.equal(value, '=maxInstanceCount > 0')
  })
})

describe('the sets of values', () => {
  const sets = globSync('values/*.env', { cwd: new URL('../../../infra/', import.meta.url) }).map((path) => ({
    path,
    values: parseEnv(readInfra(path)) as Record<string, string>,
  }))
  const valuesOf = (name: string) => sets.find(({ path }) => path.endsWith(`${name}.env`))?.values ?? {}

  it('are one for production and one for a private network', () => {
    assert.deepEqual(sets.map(({ path }) => path.replaceAll('\\', '/')).sort(), [
      'values/private-network.env',
      'values/production.env',
    ])
  })

  for (const { path, values } of sets) {
    it(`${path} sets parameters of the template to values that it allows`, () => {
      for (const [name, value] of Object.entries(values)) {
        const setting = settings.find((each) => each.name === name) as Setting
        assert.ok(setting, `${name} is no setting`)
        assertAllowed(params.get(setting.parameter) as Statement, value)
      }
    })
  }

  it('for production need nobody who waits: paid, Premium, in several zones, never paused', () => {
    const values = valuesOf('production')
    assert.match(values.APP_SERVICE_SKU ?? '', /^P\dv\d$/)
    assert.equal(values.ZONE_REDUNDANT, 'true')
    assert.ok(
      Number(values.INSTANCE_COUNT) >= 2 && Number(values.MAX_INSTANCE_COUNT) > Number(values.INSTANCE_COUNT),
    )
    assert.equal(values.SQL_USE_FREE_OFFER, 'false')
    assert.equal(values.SQL_AUTO_PAUSE_MINUTES, '-1')
    assert.equal(values.ENABLE_PURGE_PROTECTION, 'true')
    assert.equal(values.SHOW_TRACE, 'false')
    const numbers = {
      instanceCount: Number(values.INSTANCE_COUNT),
      maxInstanceCount: Number(values.MAX_INSTANCE_COUNT),
      sqlVCores: Number(values.SQL_V_CORES),
    }
    assert.ok(connectionsPerVCore(numbers) <= 75)
  })

  it('for a private network close every public endpoint', () => {
    const { PRIVATE_ENDPOINTS, DEVELOPER_IP_ADDRESS } = valuesOf('private-network')
    assert.equal(
      evaluate(variable('publicNetworkAccess'), {
        privateEndpoints: PRIVATE_ENDPOINTS === 'true',
        developerIpAddress: DEVELOPER_IP_ADDRESS ?? '',
      }),
      'Disabled',
    )
  })

  it('leave one endpoint public for a developer', () => {
    const access = { privateEndpoints: true, developerIpAddress: '203.0.113.7' }
    assert.equal(evaluate(variable('publicNetworkAccess'), access), 'Enabled')
  })
})

interface Size {
  instanceCount: number
  maxInstanceCount: number
  sqlVCores: number
  zoneRedundant?: boolean
}

/** What the template computes, whose division drops the remainder. */
function connectionsPerVCore(size: Size): number {
  const mostInstances = evaluate(variable('mostInstances'), { zoneRedundant: false, ...size })
  return Math.floor(Number(evaluate(variable('sqlConnectionsPerVCore'), { ...size, mostInstances })))
}

/** Evaluates an expression of Bicep that JavaScript writes in the same way. */
function evaluate(expression: string, values: Record<string, unknown>): unknown {
  const scope = { max: Math.max, empty: (text: string) => text === '', ...values }
  return new Function(...Object.keys(scope), `return ${expression.replace(/^=/, '')}`)(
    ...Object.values(scope),
  )
}

function assertAllowed({ name, value: fallback, decorators }: Statement, value: string): void {
  const typed =
    typeof fallback === 'number' ? Number(value) : typeof fallback === 'boolean' ? value === 'true' : value
  const [allowed] = decorators.allowed ?? []
  if (allowed) assert.ok((allowed as unknown[]).includes(typed), `${name} cannot be ${value}`)
  if (typeof fallback === 'boolean') assert.match(value, /^(true|false)$/, name)
  if (typeof fallback === 'number') {
    assert.ok(Number.isInteger(typed), name)
    assert.ok(Number(typed) >= Number(decorators.minValue?.[0] ?? -Infinity), name)
    assert.ok(Number(typed) <= Number(decorators.maxValue?.[0] ?? Infinity), name)
  }
}
