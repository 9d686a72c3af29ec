// The ingestion endpoint, asked as exporters do, with tokens of the identity endpoint.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DefaultAzureCredential } from '@azure/identity'
import { principal } from '../identity/index.ts'
import { cloud } from '../test-cloud.ts'
import { KEPT_ITEMS } from './index.ts'

const { identity, telemetry } = cloud
const audience = 'https://monitor.azure.com'
const credential = new DefaultAzureCredential({ managedIdentityClientId: identity.app.clientId })
const settings = new Map(
  telemetry.connectionString.split(';').map((part) => part.split('=') as [string, string]),
)
const iKey = settings.get('InstrumentationKey')

const appToken = () => identity.issue(identity.app, audience)

interface Sent {
  body?: string | Buffer<ArrayBuffer>
  token?: string | undefined
  path?: string
  headers?: Record<string, string>
}

async function send({ body = '[]', token = appToken(), path = 'v2.1/track', headers = {} }: Sent = {}) {
  const response = await fetch(`${settings.get('IngestionEndpoint')}${path}`, {
    method: 'POST',
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    body,
  })
  return { status: response.status, headers: response.headers, result: JSON.parse(await response.text()) }
}

/** An item with a message, which says which one it is. */
function message(text: string, changes: object = {}) {
  const data = { baseType: 'MessageData', baseData: { ver: 2, message: text } }
  return {
    name: 'Microsoft.ApplicationInsights.Message',
    time: new Date().toISOString(),
    iKey,
    data,
    ...changes,
  }
}

const messages = () => telemetry.items().map(({ data }) => data.baseData.message)

describe('the ingestion endpoint', () => {
  it('is named by a connection string, which says for what a token is needed', () => {
    assert.match(iKey ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(settings.get('IngestionEndpoint'), `${telemetry.endpoint}/`)
    assert.equal(settings.get('AADAudience'), audience)
  })

  it('takes an array of items with a token of the managed identity', async () => {
    const { token } = await credential.getToken(`${audience}/.default`)
    const items = [message('first'), message('second')]

    const { status, result } = await send({ token, body: JSON.stringify(items) })

    assert.equal(status, 200)
    assert.deepEqual(result, { itemsReceived: 2, itemsAccepted: 2, errors: [] })
    assert.deepEqual(telemetry.items(), items)
    assert.deepEqual(identity.issued.at(-1), { resource: audience, to: identity.app.name })
  })

  it('takes items on a line each, compressed, at the older address too', async () => {
    const lines = [message('one'), message('two')].map((item) => JSON.stringify(item)).join('\n')
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/x-json-stream' }

    for (const path of ['v2.1/track', 'v2/track']) {
      const { result } = await send({ path, headers, body: gzipSync(lines) })
      assert.equal(result.itemsAccepted, 2, path)
    }

    assert.deepEqual(messages(), ['one', 'two', 'one', 'two'])
  })

  it('accepts the items that are well formed, and says what is wrong with the others', async () => {
    const noException = {
      baseType: 'ExceptionData',
      baseData: { exceptions: [{ typeName: 'Error', message: '' }] },
    }
    const lines = [
      JSON.stringify(message('good')),
      '{"name":',
      JSON.stringify(message('')),
      JSON.stringify(message('of another', { iKey: '00000000-0000-4000-8000-000000000000' })),
      JSON.stringify(message('without time', { time: undefined })),
      JSON.stringify(message('of no type', { data: { baseType: 'Other', baseData: {} } })),
      JSON.stringify(message('without words', { data: noException })),
      JSON.stringify(message('good too')),
    ]

    const { status, result } = await send({ body: lines.join('\n') })

    assert.equal(status, 206)
    assert.equal(result.itemsReceived, 8)
    assert.equal(result.itemsAccepted, 2)
    const missing = (field: string, type: string) =>
      `109: Field '${field}' on type '${type}' is required but missing or empty. Expected: string, Actual: `
    assert.deepEqual(
      result.errors.map((error: { index: number; statusCode: number; message: string }) =>
        Object.values(error),
      ),
      [
        [1, 400, 'The item is not a JSON object.'],
        [2, 400, missing('message', 'MessageData')],
        [3, 400, 'Invalid instrumentation key'],
        [4, 400, missing('time', 'Envelope')],
        [5, 400, missing('baseType', 'Data')],
        [6, 400, missing('message', 'ExceptionDetails')],
      ],
    )
    assert.deepEqual(messages(), ['good', 'good too'])
  })

  it('refuses what has no item that it can accept', async () => {
    const broken: Sent[] = [
      { body: '' },
      { body: '[]' },
      { body: '[{' },
      { body: JSON.stringify([message('of another', { iKey: 'other' })]) },
      { body: 'not compressed', headers: { 'content-encoding': 'gzip' } },
    ]

    for (const sent of broken) {
      const { status, result } = await send(sent)
      assert.equal(status, 400, String(sent.body))
      assert.equal(result.itemsAccepted, 0)
    }
    assert.deepEqual(telemetry.items(), [])
  })

  it('has one address, to which items are posted', async () => {
    assert.equal((await send({ path: 'v2.1/other' })).status, 404)
    assert.equal((await fetch(`${telemetry.endpoint}/v2.1/track`)).status, 404)
  })

  it('keeps the latest items only', async () => {
    const all = Array.from({ length: KEPT_ITEMS + 10 }, (_, index) => message(String(index)))

    for (const items of [all.slice(0, 20), all.slice(20)]) await send({ body: JSON.stringify(items) })

    assert.equal(telemetry.items().length, KEPT_ITEMS)
    assert.equal(messages()[0], '10')
    assert.equal(messages().at(-1), String(KEPT_ITEMS + 9))
  })
})

describe('access to the ingestion endpoint', () => {
  it('is refused without a token, with one for another service, a stale one and a forged one', async () => {
    identity.tokenLifetimeSeconds = 0
    const stale = appToken()
    identity.tokenLifetimeSeconds = 3600
    const tokens = {
      'There is no bearer token.': '',
      [`Invalid audience. Expected ${audience}, found: https://storage.azure.com.`]: identity.issue(
        identity.app,
        'https://storage.azure.com',
      ),
      'The token is expired.': stale,
      'The token is not signed by the identity service of this local cloud.': `${appToken().slice(0, -8)}AAAAAAAA`,
    }

    for (const [words, token] of Object.entries(tokens)) {
      const { status, result } = await send({ token, body: JSON.stringify(message('refused')) })
      assert.equal(status, 401, words)
      assert.deepEqual(result.errors, [{ index: 0, statusCode: 401, message: words }])
    }
    assert.deepEqual(telemetry.items(), [])
    assert.equal(telemetry.requests.length, 4)
  })

  it('is refused to an identity without the role', async () => {
    const stranger = principal('stranger')
    const sent = { token: identity.issue(stranger, audience), body: JSON.stringify(message('of a stranger')) }

    assert.equal((await send(sent)).status, 403)
    telemetry.publishers.add(stranger)
    assert.equal((await send(sent)).status, 200)
  })
})

describe('a fault of the ingestion endpoint', () => {
  it('fails in the shape of its answers, with the headers of the test', async () => {
    for (const status of [401, 402, 403, 429, 439, 500, 503]) {
      telemetry.faults.failNext(status, { headers: { 'retry-after': '7' } })

      const { result, ...answer } = await send({ body: JSON.stringify(message('lost')) })

      assert.equal(answer.status, status)
      assert.equal(answer.headers.get('retry-after'), '7')
      assert.equal(result.itemsAccepted, 0)
      assert.equal(result.errors[0].statusCode, status)
    }
    assert.deepEqual(telemetry.items(), [])
  })

  it('breaks off in the middle of an answer, after the items were accepted', async () => {
    telemetry.faults.cutNext(5)

    await assert.rejects(send({ body: JSON.stringify(message('accepted')) }), TypeError)

    assert.deepEqual(messages(), ['accepted'])
  })

  it('hangs until the client gives up', async (t) => {
    telemetry.faults.hangNext()
    const leaving = new AbortController()
    const sent = fetch(`${telemetry.endpoint}/v2.1/track`, { method: 'POST', signal: leaving.signal })

    await t.waitFor(() => assert.equal(telemetry.requests.length, 1), { timeout: 20_000 })
    leaving.abort()

    await assert.rejects(sent, { name: 'AbortError' })
  })
})
