import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { url as secretUrl } from '../../src/routes/secret.ts'
import { eventually } from '../support/eventually.ts'
import { callsIn, startObserved, traceparent, treeOf } from '../support/telemetry.ts'

const list = '/devstoreaccount1/documents'
const vault = 'GET /secrets/demo-secret/'
const login = ['  SQL connection', '    SQL login', '      token']

describe('the trace of a request', () => {
  const trees: Record<string, string[]> = {
    '/': ['GET /'],
    '/healthz': ['GET /healthz'],
    [documentsUrl]: [`GET ${documentsUrl}`, '  token', `  GET ${list}`],
    [`${documentsUrl}/Welcome.md`]: [`GET ${documentsUrl}/*name`, '  token', `  GET ${list}/Welcome.md`],
    [secretUrl]: ['GET /secret', `  ${vault}`, '  token', `  ${vault}`],
    [`${productsUrl}/21`]: [`GET ${productsUrl}/:id`, ...login, '  SELECT dbo.Products'],
    '/no-such-page': ['GET'],
  }
  for (const [path, tree] of Object.entries(trees)) {
    it(`has the calls that ${path} makes`, async (t) => {
      const { request, traceOf } = await startObserved(t)

      await request.get(path)

      assert.deepEqual(treeOf(await traceOf(path)), tree)
    })
  }

  it('says how it was answered, by its route', async (t) => {
    const { request, traceOf } = await startObserved(t)

    await request.get(`${productsUrl}/21?x=1`).expect(200)

    const sent = (await traceOf(`${productsUrl}/21`)).request
    const { id, duration, ...others } = sent.data.baseData
    assert.deepEqual(others, {
      ver: 2,
      name: `GET ${productsUrl}/:id`,
      success: true,
      responseCode: '200',
      url: `http://127.0.0.1${productsUrl}/21`,
      properties: { 'http.route': `${productsUrl}/:id` },
    })
    assert.match(String(id), /^[\da-f]{16}$/)
    assert.match(String(duration), /^00:00:\d\d\.\d{7}$/)
    assert.equal(sent.tags?.['ai.operation.name'], `GET ${productsUrl}/:id`)
    assert.equal(sent.tags?.['ai.location.ip'], '0.0.0.0')
  })

  it('has the text of each statement with its parameters, and what it was sent to', async (t) => {
    const { request, traceOf, cloud } = await startObserved(t)

    await request.get(productsUrl).query({ search: 'kettle' }).expect(200)

    const statements = callsIn(await traceOf(productsUrl)).filter(({ data }) =>
      String(data).startsWith('SELECT'),
    )
    assert.equal(statements.length, 2)
    assert.match(
      String(statements[0]?.data),
      /^SELECT COUNT\(\*\) AS Total FROM dbo\.Products WHERE Name LIKE @search ESCAPE '\\';/,
    )
    const { AZURE_SQL_SERVER: server, AZURE_SQL_PORT: port, AZURE_SQL_DATABASE: database } = cloud.env
    for (const { type, target, properties } of statements) {
      assert.deepEqual([type, target], ['SQL', `${server}|${database}`])
      assert.deepEqual(properties, {
        'db.system.name': 'microsoft.sql_server',
        'db.namespace': database,
        'db.query.summary': 'SELECT dbo.Products',
        'server.address': server,
        'server.port': port,
      })
    }
  })

  it('has the lines of the log, which name it too', async (t) => {
    const { request, traceOf, logged } = await startObserved(t)

    await request.get(`${documentsUrl}?prefix=letters`).expect(200)

    const { id, items, request: sent } = await traceOf(documentsUrl)
    const message = items.find(({ data }) => data.baseType === 'MessageData')
    assert.equal(message?.tags?.['ai.operation.parentId'], sent.data.baseData.id)
    const { properties, ...others } = message?.data.baseData ?? {}
    assert.deepEqual(others, { ver: 2, message: 'answered', severityLevel: 'Information' })
    assert.equal((properties as Record<string, string>).url, documentsUrl)
    const line = JSON.parse(logged.find((each) => each.includes('"answered"')) ?? '{}')
    assert.deepEqual([line.trace_id, line.span_id], [id, sent.data.baseData.id])
  })

  for (const [path, name] of [
    [secretUrl, 'GET /secret'],
    [`${documentsUrl}/broken.txt`, `GET ${documentsUrl}/*name`],
  ] as const) {
    it(`of an error has the failed calls and the exception, at ${path}`, async (t) => {
      const { request, traceOf, cloud } = await startObserved(t)
      cloud.vault.faults.failNext(403, { times: Infinity })
      cloud.blobs.faults.failNext(403, { times: Infinity })

      const { status } = await request.get(path)

      const trace = await traceOf(path)
      const { baseData } = trace.request.data
      assert.deepEqual(
        [baseData.name, baseData.success, baseData.responseCode],
        [name, false, String(status)],
      )
      assert.ok(status >= 500)
      assert.ok(callsIn(trace).some(({ success, resultCode }) => !success && resultCode === '403'))
      const exception = trace.items.find(({ data }) => data.baseType === 'ExceptionData')
      assert.equal(exception?.tags?.['ai.operation.parentId'], baseData.id)
      const [thrown] = (exception?.data.baseData.exceptions ?? []) as { typeName: string; stack: string }[]
      assert.equal(thrown?.typeName, 'RestError')
      assert.match(thrown?.stack ?? '', /\n +at /)
    })
  }

  it('of a mistake of the client is a success', async (t) => {
    const { request, traceOf } = await startObserved(t)

    await request.get(`${productsUrl}/none`).expect(400)

    const { baseData } = (await traceOf(`${productsUrl}/none`)).request.data
    assert.deepEqual([baseData.success, baseData.responseCode], [true, '400'])
  })

  it('goes on with the trace of the caller', async (t) => {
    const { request, traceOf } = await startObserved(t)
    const id = randomBytes(16).toString('hex')

    await request.get('/').set('traceparent', traceparent(id, '01')).expect(200)

    const trace = await traceOf('/')
    assert.equal(trace.id, id)
    assert.equal(trace.request.tags?.['ai.operation.parentId'], '00f067aa0ba902b7')
  })

  for (const invalid of ['00-0-0-01', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'x'.repeat(5_000)]) {
    it(`ignores a traceparent that is not valid: ${invalid.slice(0, 60)}`, async (t) => {
      const { request, traceOf } = await startObserved(t)

      await request.get('/').set('traceparent', invalid).expect(200)

      const { id, request: sent } = await traceOf('/')
      assert.match(id, /^(?!0{32})[\da-f]{32}$/)
      assert.equal(sent.tags?.['ai.operation.parentId'], undefined)
    })
  }

  it('has no call of telemetry itself, although a line of the log is sent while it runs', async (t) => {
    const { request, traceOf, cloud, itemsOf } = await startObserved(t, { readinessMs: 3_000 })
    cloud.sql.logins.failNext(18456, { times: Infinity })
    cloud.blobs.faults.hangNext()

    const answer = request.get('/readyz').then(({ status }) => status)
    await eventually(() => itemsOf('ExceptionData').length > 0)
    // A second line while the request runs, so that the first one has been sent.
    await request.get('/healthz').expect(200)
    await traceOf('/healthz')
    cloud.blobs.faults.clear()

    assert.equal(await answer, 503)
    const names = callsIn(await traceOf('/readyz')).map(({ name }) => name)
    assert.ok(names.includes('SQL login'))
    assert.ok(!names.some((name) => String(name).includes('track')), `${names}`)
  })

  it('ends when the visitor leaves, with what was not finished', async (t) => {
    const { origin, traceOf, cloud } = await startObserved(t)
    cloud.blobs.faults.hangNext()
    const leaving = new AbortController()
    const asked = cloud.blobs.requests.length

    const left = fetch(`${origin}${documentsUrl}`, { signal: leaving.signal })
    await eventually(() => cloud.blobs.requests.length > asked)
    leaving.abort()
    await assert.rejects(left)

    const trace = await traceOf(documentsUrl)
    const { success, responseCode } = trace.request.data.baseData
    assert.deepEqual([success, responseCode], [true, '0'])
    const call = callsIn(trace).find(({ name }) => name === `GET ${list}`)
    assert.equal(call?.success, false)
  })
})
