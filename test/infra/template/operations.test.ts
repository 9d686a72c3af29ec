// The workbook and the alert that read the site's telemetry: each of their queries is one that the workspace can answer.
// That the site sends what they look for: test/telemetry/queries.test.ts.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { limits } from '../../../src/limits.ts'
import { at, type Properties, passedTo, readInfra, resource, statements } from '../bicep.ts'
import { mistakesIn } from '../kusto.ts'

type Item = {
  type: number
  name: string
  content: {
    query?: string
    timeContextFromParameter?: string
    resourceType?: string
    crossComponentResources?: string[]
    resourceIds?: string[]
    parameters?: { name: string }[]
    json?: string
  }
}

const workbook = JSON.parse(readInfra('telemetry/workbook.json')) as { version: string; items: Item[] }
const trouble = readInfra('telemetry/trouble.kql')
const docs = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8')
const queries = new Map([
  ...Array.from(
    docs.matchAll(/```kusto\n([^`]+)```/g),
    ([, query = ''], index) => [`docs ${index + 1}`, query] as const,
  ),
  ...workbook.items.flatMap(({ name, content: { query } }) => (query ? [[name, query] as const] : [])),
  ['the alert', trouble],
  ['the alert for errors', String(statements('var').find(({ name }) => name === 'serverErrorsQuery')?.value)],
])

describe('the check of queries', () => {
  it('finds a table, a column and a function that do not exist', () => {
    assert.deepEqual(mistakesIn('AppRequests | summarize sum(ItemCount) by Name'), [])
    for (const query of [
      'requests',
      'AppRequests | where Status == 1',
      'AppRequests | extend x = nonsense()',
    ]) {
      assert.match(mistakesIn(query).join(), /does not refer to any known/, query)
    }
  })
})

describe('each query', () => {
  it('is found, also the three to start with', () => {
    assert.equal([...queries.keys()].filter((name) => name.startsWith('docs ')).length, 3)
  })

  for (const [name, query] of queries) {
    it(`is one that the workspace can answer: ${name}`, () => {
      // What the workbook puts in place of the parameter.
      assert.deepEqual(mistakesIn(query.replaceAll('{TimeRange:grain}', '5m')), [])
    })
  }
})

describe('the workbook', () => {
  it('shows what an operator asks first', () => {
    const headings = workbook.items.flatMap(({ content: { json = '' } }) => json.match(/^## .*/) ?? [])
    assert.deepEqual(headings, [
      '## Errors by cause',
      '## Slowest calls',
      '## Waking of the database',
      '## Saturation',
    ])
  })

  it('has one time range for all that it shows', () => {
    const [parameters] = workbook.items.flatMap(({ content: { parameters } }) =>
      parameters ? [parameters] : [],
    )
    assert.deepEqual(
      parameters?.map(({ name }) => name),
      ['TimeRange'],
    )
    for (const { name, content } of workbook.items.filter(({ type }) => type === 3 || type === 10)) {
      assert.equal(content.timeContextFromParameter, 'TimeRange', name)
    }
  })

  it('asks the workspace, whose tables have these names, and the plan', () => {
    const asked = workbook.items.map(({ content }) => [
      content.crossComponentResources ?? content.resourceIds,
      content.resourceType,
    ])
    assert.deepEqual(
      [...new Set(asked.filter(([resources]) => resources).map((each) => JSON.stringify(each)))],
      [
        '[["{{workspaceId}}"],"microsoft.operationalinsights/workspaces"]',
        '[["{{planId}}"],"microsoft.web/serverfarms"]',
      ],
    )
  })

  it('is deployed with every name filled in, and listed at the component', () => {
    const { value } = resource('Microsoft.Insights/workbooks')
    assert.equal(at(value, 'name'), "=guid(applicationInsights.id, 'operations')")
    assert.equal(at(value, 'kind'), 'shared')
    assert.equal(at(value, 'properties.category'), 'workbook')
    assert.equal(at(value, 'properties.sourceId'), '=applicationInsights.id')
    const serialized = String(at(value, 'properties.serializedData'))
    const filledIn = [...serialized.matchAll(/'\{\{(\w+)\}\}',\s*\1\b/g)].map(([, name]) => name)
    const needed = [...readInfra('telemetry/workbook.json').matchAll(/\{\{(\w+)\}\}/g)].map(
      ([, name]) => name,
    )
    assert.deepEqual(filledIn.sort(), [...new Set(needed)].sort())
    assert.match(
      readInfra('modules/operations.bicep'),
      /loadTextContent\('\.\.\/telemetry\/workbook\.json'\)/,
    )
  })
})

describe('the alert for signs of trouble', () => {
  const { criteria, ...properties } = at(
    resource('Microsoft.Insights/scheduledQueryRules', 'trouble').value,
    'properties',
  ) as Properties

  it('asks the workspace as often as the alert for errors', () => {
    const { description: _, displayName: _name, ...rest } = properties
    assert.deepEqual(rest, {
      severity: 2,
      enabled: true,
      autoMitigate: true,
      scopes: ['=workspaceId'],
      skipQueryValidation: true,
      evaluationFrequency: 'PT15M',
      windowSize: 'PT30M',
      actions: { actionGroups: '=empty(actionGroupId) ? [] : [actionGroupId]' },
    })
    assert.equal(passedTo('modules/operations.bicep').workspaceId, '=monitoring.outputs.workspaceId')
    assert.equal(passedTo('modules/operations.bicep').actionGroupId, '=monitoring.outputs.actionGroupId')
  })

  it('fires once for each sign that the query finds', () => {
    assert.deepEqual(at(criteria, 'allOf'), [
      {
        query: "=loadTextContent('../telemetry/trouble.kql')",
        timeAggregation: 'Count',
        dimensions: [{ name: 'sign', operator: 'Include', values: ['*'] }],
        operator: 'GreaterThan',
        threshold: 0,
        failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
      },
    ])
    assert.match(trouble, /\| distinct sign\s*$/)
  })

  it('lets the database wake up for as long as the site tries to wake it', () => {
    const wakingMs = limits.wakingDelaysMs.reduce((sum, delay) => sum + delay)
    const minutes = Number(trouble.match(/until - since > (\d+)m/)?.[1])
    assert.ok(minutes * 60_000 >= wakingMs, `${minutes} minutes, ${wakingMs} ms`)
  })
})
