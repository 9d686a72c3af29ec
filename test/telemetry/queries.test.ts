// What the queries of the workbook and of the alert look for is what the site sends.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { eventually } from '../support/eventually.ts'
import { callsIn, startObserved } from '../support/telemetry.ts'

const text = ['infra/telemetry/workbook.json', 'infra/telemetry/trouble.kql', 'docs/telemetry.md']
  .map((path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
  .join('\n')
const namesIn = (pattern: RegExp) =>
  [...new Set(Array.from(text.matchAll(pattern), ([, name = '']) => name))].sort()

describe('the queries of the workbook and the alert', () => {
  it('name metrics that the site sends, with the attributes that they have', async (t) => {
    const { request, itemsOf } = await startObserved(t, { telemetryMetricsMs: 100 })
    const sent = () => itemsOf('MetricData').map(({ data: { baseData } }) => baseData)
    const names = () =>
      sent().flatMap(({ metrics }) => (metrics as { name: string }[]).map(({ name }) => name))
    const named = namesIn(/Name (?:==|in) \(?'([\w.]+)'/g).concat(
      namesIn(/, '((?:db|keyless|nodejs)[\w.]+)'/g),
    )
    assert.ok(named.length > 5, named.join())

    await request.get(productsUrl).expect(200)
    await request.get(`${documentsUrl}/Welcome.md`).expect(200)

    await eventually(() => named.every((name) => names().includes(name)))
    const attributes = sent().flatMap(({ properties }) => Object.keys(properties as object))
    for (const name of ['db.client.connection.state', 'http.response.status_code']) {
      assert.ok(text.includes(`Properties['${name}']`) && attributes.includes(name), name)
    }
  })

  it('find why a request failed: what the visitor was told, and the number, the code or the status of the error', async (t) => {
    const { cloud, request, traceOf } = await startObserved(t)
    cloud.blobs.faults.failNext(403)
    cloud.sql.dropConnections()
    cloud.sql.logins.failNext(40613)

    await request.get(documentsUrl).expect(503)
    await request.get(`${productsUrl}/21`).expect(503)

    const looked = namesIn(/Properties\['(number|code|statusCode|message)'\]/g)
    assert.deepEqual(looked, ['code', 'message', 'number', 'statusCode'])
    const database = await exceptionOf(`${productsUrl}/21`)
    assert.equal(database.number, '40613')
    assert.match(database.message ?? '', /^The database was asleep/)
    const storage = await exceptionOf(documentsUrl)
    assert.equal(storage.statusCode, '403')
    assert.equal(storage.code, 'AuthorizationPermissionMismatch')

    async function exceptionOf(path: string) {
      const { items } = await traceOf(path)
      const exception = items.find(({ data }) => data.baseType === 'ExceptionData')
      return exception?.data.baseData.properties as Record<string, string>
    }
  })

  it('tell calls from what happens within the site, and SQL from the others, by their types', async (t) => {
    const { request, traceOf } = await startObserved(t)

    await request.get(`${productsUrl}/21`).expect(200)
    await request.get(documentsUrl).expect(200)

    const types = (await Promise.all([`${productsUrl}/21`, documentsUrl].map(traceOf)))
      .flatMap(callsIn)
      .map(({ type }) => String(type))
    assert.deepEqual([...new Set(types)].sort(), ['Http', 'InProc', 'SQL'])
    assert.deepEqual(namesIn(/DependencyType (?:==|!=) '(\w+)'/g), ['InProc', 'SQL'])
  })

  it('know the line about a database that is awake', () => {
    const [line = ''] = namesIn(/Message == '([^']+)'/g)
    assert.ok(
      readFileSync(new URL('../../src/azure/sql-login.ts', import.meta.url), 'utf8').includes(`'${line}'`),
    )
  })
})
