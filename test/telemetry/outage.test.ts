import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import tls from 'node:tls'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createCertificates } from 'local-cloud/certificates.ts'
import { serve } from 'local-cloud/http.ts'
import { limits } from '../../src/limits.ts'
import { createLog } from '../../src/log.ts'
import { pack, remainderOf, unpack } from '../../src/telemetry/batches.ts'
import type { Envelope } from '../../src/telemetry/envelopes.ts'
import { createIngestion } from '../../src/telemetry/ingestion.ts'
import { eventually } from '../support/eventually.ts'
import { startObserved } from '../support/telemetry.ts'

const forEver = { times: Infinity }
type Faults = Awaited<ReturnType<typeof startObserved>>['cloud']['telemetry']['faults']

const outages: Record<string, (faults: Faults) => void> = {
  ...Object.fromEntries(
    [401, 402, 403, 429, 439, 500, 503].map((status) => [
      `answers ${status}`,
      (faults: Faults) => faults.failNext(status, forEver),
    ]),
  ),
  hangs: (faults) => faults.hangNext(forEver),
  'breaks off': (faults) => faults.dropNext(forEver),
}

describe('an ingestion endpoint', () => {
  for (const [outage, begin] of Object.entries(outages)) {
    it(`that ${outage} is reported once, and gets everything afterwards`, async (t) => {
      const { request, cloud, logged, itemsOf } = await startObserved(t, {
        telemetrySendMs: 500,
        telemetryPauseMs: 100,
      })
      const linesOf = (message: string) => logged.filter((line) => line.includes(`"${message}"`)).length
      const { faults, requests } = cloud.telemetry
      begin(faults)

      for (let i = 0; i < 5; i += 1) {
        await request.get('/healthz').expect(200)
        const before = requests.length
        await eventually(() => requests.length > before)
      }
      assert.deepEqual(itemsOf('RequestData'), [])
      assert.equal(linesOf('telemetry is sent again'), 0)
      faults.clear()

      await eventually(() => itemsOf('RequestData').length === 5)
      await eventually(() => linesOf('telemetry is sent again') === 1)
      assert.equal(linesOf('telemetry cannot be sent'), 1)
    })
  }

  it('is not asked again before its Retry-After is over', async (t) => {
    const { request, cloud, itemsOf, logged } = await startObserved(t, { telemetryPauseMs: 10 })
    const { faults, requests } = cloud.telemetry
    faults.failNext(439, { headers: { 'retry-after': '3600' } })
    await request.get('/healthz').expect(200)
    await eventually(() => logged.some((line) => line.includes('telemetry cannot be sent')))

    const asked = requests.length
    await request.get('/healthz').expect(200)
    // Long enough for many requests with the pause of this test.
    await setTimeout(300)

    assert.equal(requests.length, asked)
    assert.deepEqual(itemsOf('RequestData'), [])
  })

  it('that accepts a request in part gets the rest again, but nothing that it refuses', () => {
    const body = JSON.stringify({ errors: [error(0, 503), error(2, 400)] })

    const rest = remainderOf(pack(envelopes('a', 'b', 'c')), { status: 206, retryAfter: undefined, body })

    assert.deepEqual(
      unpack(rest ?? pack([])).map(({ name }) => name),
      ['a'],
    )
  })

  it('that keeps accepting a request in part is given a pause', async (t) => {
    const certificates = await createCertificates()
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates.ca])
    let requests = 0
    const body = JSON.stringify({ errors: [error(0, 503)] })
    const { port, close } = await serve(() => {
      requests += 1
      return { status: 206, body }
    }, certificates)
    t.after(close)
    const log: string[] = []
    const ingestion = createIngestion(
      { instrumentationKey: '', ingestionEndpoint: `https://127.0.0.1:${port}`, audience: '' },
      { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) },
      limits,
      createLog({ write: (line) => log.push(line) }),
    )

    ingestion.add(envelopes('a'))

    await eventually(() => requests > 0)
    // Less than the first pause, and long enough for hundreds of requests.
    await setTimeout(500)
    assert.equal(requests, 1)
    assert.match(log.join(''), /The ingestion endpoint answered 206/)
  })

  it('that refuses an item gets it once', async (t) => {
    const { request, cloud, itemsOf } = await startObserved(t, {}, { TELEMETRY_SAMPLING_PERCENT: '100' })
    cloud.telemetry.faults.failNext(400)
    await request.get('/healthz').expect(200)
    await eventually(() => cloud.telemetry.requests.length > 0)

    await request.get('/readyz')

    await eventually(() => itemsOf('RequestData').length === 1)
    assert.equal(itemsOf('RequestData')[0]?.data.baseData.name, 'GET /readyz')
  })

  it('that redirects to another host is not followed there', async (t) => {
    const { request, cloud, logged } = await startObserved(t)
    let visits = 0
    const foreign = createServer((_req, res) => res.end()).listen(0, '127.0.0.1')
    foreign.on('connection', () => {
      visits += 1
    })
    await once(foreign, 'listening')
    t.after(() => foreign.close())
    const location = `https://127.0.0.1:${(foreign.address() as AddressInfo).port}/v2.1/track`
    cloud.telemetry.faults.failNext(308, { headers: { location } })

    await request.get('/healthz').expect(200)

    await eventually(() => logged.some((line) => line.includes('telemetry is sent again')))
    assert.equal(visits, 0)
  })

  it('that cannot be reached makes memory grow by no more than is kept', async () => {
    const log = createLog({ write() {} })
    const nowhere = { instrumentationKey: '', ingestionEndpoint: 'https://127.0.0.1:9', audience: '' }
    const token = { token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }
    const credential = { getToken: async () => token }
    const keptBytes = 512 * 1024
    const ingestion = createIngestion(
      nowhere,
      credential,
      { ...limits, telemetryUnsentBytes: keptBytes },
      log,
    )
    const add = async (times: number, name: () => string) => {
      for (let i = 0; i < times; i += 1) {
        ingestion.add(envelopes(name()))
        if (i % 100 === 0) await setImmediate()
      }
    }
    const before = await buffersInUse()

    // Small ones, large ones that hardly get smaller when they are packed, and small ones again.
    await add(100, () => 'small')
    await add(60, () => randomBytes(50_000).toString('base64'))
    await eventually(isBounded)
    await add(1_500, () => 'small')
    await eventually(isBounded)

    async function isBounded() {
      return (await buffersInUse()) - before < 2 * keptBytes
    }
  })
})

function envelopes(...names: string[]): Envelope[] {
  const others = { time: '', iKey: '', sampleRate: 100, tags: {}, data: { baseType: '', baseData: {} } }
  return names.map((name) => ({ name, ...others }))
}

const error = (index: number, statusCode: number) => ({ index, statusCode, message: '' })

async function buffersInUse(): Promise<number> {
  await setImmediate()
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().arrayBuffers
}
