import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { startObserved, traceparent } from '../support/telemetry.ts'

const percent = (value: number) => ({ TELEMETRY_SAMPLING_PERCENT: String(value) })
const newId = () => randomBytes(16).toString('hex')

describe('sampling', () => {
  it('sends the requests of a percentage of all traces, and says how many each stands for', async (t) => {
    const { request, itemsOf, cloud, logged } = await startObserved(t, {}, percent(25))

    for (let i = 0; i < 200; i += 1) await request.get('/healthz').expect(200)
    await eventually(() => logged.filter((line) => line.includes('"answered"')).length === 200)
    await eventually(() => itemsOf('RequestData').length > 0)
    await eventually(async () => itemsOf('RequestData').length === itemsOf('MessageData').length)

    // 99.99 % of all runs are within these bounds.
    const { length } = itemsOf('RequestData')
    assert.ok(length > 25 && length < 78, `${length} of 200`)
    for (const { sampleRate } of cloud.telemetry.items()) assert.equal(sampleRate, 25)
  })

  for (const value of [0, 1]) {
    it(`of ${value} % always sends what the caller has sampled, and says so`, async (t) => {
      const { request, traceOf, cloud } = await startObserved(t, {}, percent(value))

      await request.get(documentsUrl).set('traceparent', traceparent(newId(), '01')).expect(200)

      const { request: sent, items } = await traceOf(documentsUrl)
      assert.equal(
        (sent.data.baseData.properties as Record<string, string>)['keyless_express.sampled_by'],
        'traceparent',
      )
      assert.ok(items.length > 2)
      for (const { sampleRate } of items) assert.equal(sampleRate, 100)
      assert.ok(cloud.telemetry.items().length >= items.length)
    })
  }

  it('follows the percentage where the caller has not sampled', async (t) => {
    const { request, traceOf, itemsOf } = await startObserved(t, {}, percent(0))

    for (let i = 0; i < 10; i += 1) {
      await request.get('/healthz').set('traceparent', traceparent(newId(), '00')).expect(200)
    }
    await request.get('/').set('traceparent', traceparent(newId(), '01')).expect(200)

    await traceOf('/')
    assert.equal(itemsOf('RequestData').length, 1)
  })

  it('says the same in the log for each request: its trace', async (t) => {
    const { request, logged } = await startObserved(t, {}, percent(0))

    await request.get('/').expect(200)

    await eventually(() => logged.some((line) => line.includes('"answered"')))
    assert.match(logged.join(''), /"trace_id":"[\da-f]{32}","span_id":"[\da-f]{16}"/)
  })
})
