import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { eventually } from '../support/eventually.ts'
import { type Item, startObserved } from '../support/telemetry.ts'

interface Metric {
  name: string
  value: number
  count: number
  min?: number
  max?: number
  properties: Record<string, string>
}

function metricsIn(items: readonly Item[]): Metric[] {
  return items.flatMap(({ data: { baseType, baseData } }) =>
    baseType === 'MetricData'
      ? (baseData.metrics as Metric[]).map((each) => ({
          ...each,
          properties: baseData.properties as Metric['properties'],
        }))
      : [],
  )
}

describe('the metrics', () => {
  it('count requests by route, method and status, also those that are not sampled', async (t) => {
    const { request, cloud, telemetry } = await startObserved(t, {}, { TELEMETRY_SAMPLING_PERCENT: '0' })
    cloud.sql.logins.failNext(18456, { times: Infinity })
    for (const path of ['/', '/', `${documentsUrl}/none.txt`, '/nowhere', productsUrl])
      await request.get(path)

    await telemetry?.close()

    const durations = metricsIn(cloud.telemetry.items()).filter(
      ({ name }) => name === 'http.server.request.duration',
    )
    const method = { 'http.request.method': 'GET' }
    const status = (code: number) => ({ 'http.response.status_code': String(code) })
    assert.deepEqual(
      durations.map(({ count, properties }) => ({ count, ...properties })).sort((a, b) => b.count - a.count),
      [
        { count: 2, ...method, 'http.route': '/', ...status(200) },
        { count: 1, ...method, 'http.route': `${documentsUrl}/*name`, ...status(404) },
        { count: 1, ...method, ...status(404) },
        { count: 1, ...method, 'http.route': productsUrl, ...status(503), 'error.type': '503' },
      ],
    )
    for (const { value, min = 0, max = 0 } of durations) assert.ok(min > 0 && min <= max && max <= value)
  })

  it('tell how many connections and downloads are in use, and who waits for one', async (t) => {
    const { request, cloud, origin } = await startObserved(t, {
      telemetryMetricsMs: 50,
      sqlConnections: 1,
      downloads: 1,
    })
    await cloud.blobs.put('measured.txt', 'x')
    await request.get(productsUrl).expect(200)
    const latest = (name: string, property?: string) =>
      metricsIn(cloud.telemetry.items()).findLast(
        (each) => each.name === name && (!property || Object.values(each.properties).includes(property)),
      )?.value
    await eventually(() => latest('db.client.connection.count', 'idle') === 1)
    cloud.sql.faults.hangNext()
    cloud.blobs.faults.hangNext()

    const leaving = new AbortController()
    const paths = [
      productsUrl,
      `${productsUrl}/1`,
      `${documentsUrl}/measured.txt`,
      `${documentsUrl}/measured.txt`,
    ]
    const waiting = paths.map((path) => fetch(`${origin}${path}`, leaving).catch(() => {}))
    await eventually(() => latest('db.client.connection.count', 'used') === 1)
    await eventually(() => latest('db.client.connection.pending_requests') === 1)
    await eventually(() => latest('keyless_express.downloads.active') === 1)
    await eventually(() => latest('keyless_express.downloads.waiting') === 1)
    leaving.abort()
    await Promise.all(waiting)

    await eventually(() => latest('db.client.connection.pending_requests') === 0)
    await eventually(() => latest('keyless_express.downloads.active') === 0)
    assert.equal(latest('db.client.connection.max'), 1)
    assert.equal(latest('keyless_express.downloads.max'), 1)
    assert.ok(
      metricsIn(cloud.telemetry.items()).some(({ name }) => name === 'db.client.connection.wait_time'),
    )
  })

  it('count what was in memory, and tokens by their result', async (t) => {
    const { request, cloud, telemetry } = await startObserved(t)
    for (const _ of ['first', 'second']) await request.get(productsUrl).set('Accept', 'text/html').expect(200)
    await request.get(documentsUrl).expect(200)

    await telemetry?.close()

    const metrics = metricsIn(cloud.telemetry.items())
    const hits = metrics.find(({ name }) => name === 'keyless_express.cache.hits')
    assert.deepEqual(
      [hits?.value, hits?.properties],
      [1, { 'keyless_express.cache.source': 'memory', 'keyless_express.cache.item': 'the categories' }],
    )
    const tokens = metrics.filter(({ name }) => name === 'keyless_express.token.requests')
    for (const audience of ['https://storage.azure.com', 'https://database.windows.net']) {
      const counted = tokens.find((each) => each.properties['keyless_express.token.audience'] === audience)
      assert.equal(counted?.properties['keyless_express.token.result'], 'issued')
    }
  })

  it('tell how long the event loop is blocked', async (t) => {
    const { cloud, telemetry } = await startObserved(t)
    await eventually(() => true)
    const end = performance.now() + 300
    // Once the histogram has begun.
    await new Promise((resolve) => globalThis.setTimeout(resolve, 50))
    while (performance.now() < end);
    await new Promise((resolve) => globalThis.setTimeout(resolve, 50))

    await telemetry?.close()

    const metrics = metricsIn(cloud.telemetry.items())
    const value = (name: string) =>
      metrics.findLast((each) => each.name === `nodejs.eventloop.${name}`)?.value ?? 0
    assert.ok(value('delay.max') > 0.15, `${value('delay.max')} s`)
    for (const name of ['min', 'mean', 'p50', 'p90', 'p99'])
      assert.ok(value(`delay.${name}`) <= value('delay.max'))
    assert.ok(value('utilization') > 0)
  })
})
