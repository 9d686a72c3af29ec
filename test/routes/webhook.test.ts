import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { limits as siteLimits } from '../../src/limits.ts'
import { url as pageUrl } from '../../src/routes/secret.ts'
import { url } from '../../src/routes/webhook.ts'
import { eventually } from '../support/eventually.ts'
import { unescapeHtml } from '../support/html.ts'
import { noShell } from '../support/platform.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'
import { startObserved } from '../support/telemetry.ts'

const always = { times: Number.POSITIVE_INFINITY }
const day = 24 * 60 * 60_000
const largest = 262_144
/** As many digits as a signature has, and never one. */
const wrong = `sha256=${'0'.repeat(64)}`

describe(`POST ${url}`, () => {
  it('takes a body that is signed with the secret', async (t) => {
    const { deliver } = await startWebhook(t)
    const { status, body } = await deliver({ body: '{"action":"opened"}' })
    assert.deepEqual([status, body], [204, ''])
  })

  const bodies: [name: string, body: string | Buffer][] = [
    ['that is empty', ''],
    ['that is no JSON', '{"action":'],
    ['whose JSON has no fields', 'null'],
    ['of any bytes', Buffer.from([0xff, 0x00, 0xfe, 0x0d, 0x0a])],
    ['that says it is compressed, and verifies the bytes as they were sent', gzipSync('{"action":"opened"}')],
    [`of ${largest} bytes`, Buffer.alloc(largest, 'x')],
  ]
  for (const [name, body] of bodies) {
    it(`takes a body ${name}`, async (t) => {
      const { deliver } = await startWebhook(t)
      const encoding = name.includes('compressed') ? { 'Content-Encoding': 'gzip' } : {}
      assert.equal((await deliver({ body, headers: encoding })).status, 204)
      assert.equal((await deliver({ body, headers: encoding, chunked: true })).status, 204)
    })
  }

  it('is a service that GitHub can use: the example of its documentation holds', async (t) => {
    const { cloud, secretName, deliver } = await startWebhook(t)
    cloud.vault.set(secretName, "It's a Secret to Everybody")
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    assert.equal((await deliver({ body: 'Hello, World!', signature })).status, 204)
  })

  it('writes the event and the action to the log, and nothing else of the body', async (t) => {
    const { deliver, logged } = await startWebhook(t)
    await deliver({
      body: '{"action":"opened","title":"confidential"}',
      headers: { 'X-GitHub-Event': 'issues' },
    })
    const line = logged.map((each) => JSON.parse(each)).find(({ msg }) => msg === 'delivery')
    assert.partialDeepStrictEqual(line, { event: 'issues', action: 'opened', counted: true })
    assert.ok(!logged.join().includes('confidential'))
  })
})

describe('a signature that does not hold', () => {
  const hmac = (key: string, body: string) => sign(key, body).slice('sha256='.length)
  const signatures: [name: string, signature: string | string[] | undefined][] = [
    ['is missing', undefined],
    ['is empty', ''],
    ['was made with another key', sign('another key', 'body')],
    ['is of another body', sign('first key', 'another body')],
    ['has no algorithm', hmac('first key', 'body')],
    ['has another algorithm', `sha1=${hmac('first key', 'body')}`],
    ['has its algorithm in upper case', `SHA256=${hmac('first key', 'body')}`],
    ['has upper-case digits', `sha256=${hmac('first key', 'body').toUpperCase()}`],
    ['has a space', `sha256= ${hmac('first key', 'body')}`],
    ['is one digit short', sign('first key', 'body').slice(0, -1)],
    ['is one digit longer', `${sign('first key', 'body')}0`],
    ['ends in a digit that is none', `${sign('first key', 'body').slice(0, -1)}g`],
    ['is there twice', [sign('first key', 'body'), sign('first key', 'body')]],
    ['is there with another one', [sign('first key', 'body'), wrong]],
  ]
  for (const [name, signature] of signatures) {
    it(`is answered with 401 when it ${name}`, async (t) => {
      const { deliver, count } = await startWebhook(t)
      const { status, headers, body } = await deliver({ body: 'body', signature: signature ?? null })
      assert.equal(status, 401)
      assert.ok(headers['www-authenticate'])
      assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
      assert.equal(JSON.parse(body).status, 401)
      assert.equal(await count(), 0)
    })
  }

  it('is not found by its JSON, which is looked at after the signature', async (t) => {
    const { deliver } = await startWebhook(t)
    const parse = t.mock.method(JSON, 'parse')
    await deliver({ body: '{"action":"unsigned"}', signature: wrong })
    assert.ok(!parse.mock.calls.some(({ arguments: [json] }) => String(json).includes('unsigned')))
  })

  it('costs no request to the vault when it is malformed, and does not wait for the body', async (t) => {
    const { cloud, open } = await startWebhook(t)
    cloud.vault.faults.failNext(500, always)
    const asked = cloud.vault.requests.length

    const { response } = open({ 'Content-Length': 10, 'X-Hub-Signature-256': 'sha256=short' })

    assert.equal((await response).statusCode, 401)
    assert.equal(cloud.vault.requests.length, asked)
  })

  it('shows a page to a client that asks for one', async (t) => {
    const { deliver } = await startWebhook(t)
    const { headers } = await deliver({ signature: wrong, headers: { Accept: 'text/html' } })
    assert.match(headers['content-type'] ?? '', /^text\/html/)
  })
})

describe('a body that is too large', () => {
  it('is refused at once when its length says so', async (t) => {
    const { open, logged } = await startWebhook(t)
    const { response } = open({ 'Content-Length': largest + 1, 'X-Hub-Signature-256': wrong })
    const { statusCode } = await response
    assert.equal(statusCode, 413)
    assert.deepEqual(
      logged.filter((line) => line.includes('"level":"error"')),
      [],
    )
  })

  it('is refused at once without a signature, too', async (t) => {
    const { open } = await startWebhook(t)
    assert.equal((await open({ 'Content-Length': 1e12 }).response).statusCode, 413)
  })

  it('is refused when it turns out to be, chunk by chunk', async (t) => {
    const { open } = await startWebhook(t)
    const { request, response } = open({ 'Transfer-Encoding': 'chunked', 'X-Hub-Signature-256': wrong })
    let answered = false
    response.then(() => {
      answered = true
    })

    request.write(Buffer.alloc(largest))
    await new Promise((resolve) => request.write('', resolve))
    assert.equal(answered, false)
    request.write('x')

    assert.equal((await response).statusCode, 413)
  })

  for (const framing of ['Content-Length: 8000000', 'Transfer-Encoding: chunked']) {
    it(`is answered to a client that reads only when it has sent everything: ${framing}`, async (t) => {
      const { port, request } = await startWebhook(t)
      const socket = connect(port, '127.0.0.1').pause()
      const body = Buffer.alloc(8_000_000, 'x')
      socket.write(
        `POST ${url} HTTP/1.1\r\nHost: localhost\r\n${framing}\r\nX-Hub-Signature-256: ${wrong}\r\n\r\n`,
      )
      const chunked = framing.startsWith('Transfer')
      if (chunked) socket.write(`${body.length.toString(16)}\r\n`)
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.write(body, () => resolve())
      })
      socket.end(chunked ? '\r\n0\r\n\r\n' : '')

      assert.match(await text(socket), /^HTTP\/1\.1 413 /)
      await request.get('/healthz').expect(200)
    })
  }

  it('is refused before a client sends it that waits for permission', async (t) => {
    const { open } = await startWebhook(t)
    const { request, response } = open({
      Expect: '100-continue',
      'Content-Length': largest + 1,
      'X-Hub-Signature-256': wrong,
    })
    request.on('continue', () => assert.fail('the client was asked for the body'))
    assert.equal((await response).statusCode, 413)
  })

  it('takes one of allowed size from a client that waits for permission', async (t) => {
    const { open } = await startWebhook(t)
    const { request, response } = open({
      Expect: '100-continue',
      'Content-Length': 4,
      'X-Hub-Signature-256': sign('first key', 'body'),
    })
    await once(request, 'continue')
    request.end('body')
    assert.equal((await response).statusCode, 204)
  })
})

describe('a slow body', () => {
  it('is cut when it takes longer than a minute', async (t) => {
    const { open, deliver } = await startWebhook(t, { headersMs: 200, receiveMs: 500 })
    const { request, response } = open({ 'Content-Length': 1000, 'X-Hub-Signature-256': wrong })
    const drops = setInterval(() => request.write('x'), 50)
    t.after(() => clearInterval(drops))

    const outcome = await response.then(
      ({ statusCode }) => statusCode,
      ({ code }) => code,
    )

    assert.ok([408, 'ECONNRESET'].includes(outcome), String(outcome))
    await eventually(() => request.destroyed || request.closed)
    assert.equal((await deliver({})).status, 204)
    assert.equal(siteLimits.receiveMs, 60_000)
  })

  it('may take longer than other requests wait for Azure', async (t) => {
    const { open, deliver } = await startWebhook(t, { requestMs: 100 })
    await untilKnown(deliver)
    const signature = sign('first key', 'slow body')
    const { request, response } = open({ 'Content-Length': 9, 'X-Hub-Signature-256': signature })
    request.write('slow ')
    const late = AbortSignal.timeout(300)
    await once(late, 'abort')
    request.end('body')
    assert.equal((await response).statusCode, 204)
  })

  it('ends when too many arrive: the oldest one of the client that has most', async (t) => {
    const { open, deliver } = await startWebhook(t, { deliveryBodies: 3 })
    const patient = await openBody(open, '203.0.113.1')
    const slow = [await openBody(open, '203.0.113.2'), await openBody(open, '203.0.113.2')]

    const { status } = await deliver({ headers: { 'X-Forwarded-For': '203.0.113.3' } })

    assert.equal(status, 204)
    assert.equal((await slow[0]?.response)?.statusCode, 408)
    for (const { request } of [patient, ...slow.slice(1)]) request.end('0123456789')
    assert.equal((await patient.response).statusCode, 401)
    assert.equal((await slow[1]?.response)?.statusCode, 401)
  })

  it('goes on while its client sends others that are answered', async (t) => {
    const { open, deliver } = await startWebhook(t, { deliveryBodies: 2 })
    const { request, response } = await openBody(open, '203.0.113.1')
    for (let i = 0; i < 3; i += 1) await deliver({ headers: { 'X-Forwarded-For': '203.0.113.1' } })
    request.end('0123456789')
    assert.equal((await response).statusCode, 401)
  })

  it('counts until it has been verified: those that wait for the vault are in memory, too', async (t) => {
    const { cloud, deliver } = await startWebhook(t, { deliveryBodies: 1 })
    cloud.vault.faults.hangNext(always)
    const asked = cloud.vault.requests.length
    const first = deliver({})
    await eventually(() => cloud.vault.requests.length > asked)

    // It waits until the test ends.
    deliver({}).catch(() => {})

    assert.equal((await first).status, 503)
  })

  it('that is given up by its client leaves nothing behind', async (t) => {
    const { open, deliver, logged } = await startWebhook(t, { deliveryBodies: 1 })
    const { request, response } = await openBody(open)
    request.destroy()
    await assert.rejects(response)
    await eventually(() => logged.some((line) => line.includes('cut short')))

    assert.equal((await deliver({})).status, 204)
    assert.ok(!logged.some((line) => line.includes('"level":"error"')))
  })
})

describe('another method', () => {
  it('is refused with 405, and Allow says which one there is', async (t) => {
    const { origin } = await startWebhook(t)
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
      for (const path of [url, `${url}?x=1`]) {
        const { status, headers } = await rawRequest(origin, path, { method })
        assert.deepEqual([status, headers.allow], [405, 'POST'], method)
      }
    }
  })

  it('is not there below the address', async (t) => {
    const { origin } = await startWebhook(t)
    const post = await rawRequest(origin, `${url}/more`, { method: 'POST' })
    assert.deepEqual([post.status, post.headers.allow], [405, 'GET, HEAD'])
    assert.equal((await rawRequest(origin, `${url}/more`)).status, 404)
  })
})

describe('RATE_LIMIT_PER_MINUTE', () => {
  it('holds for deliveries, too', async (t) => {
    const { deliver } = await startWebhook(t, {}, { RATE_LIMIT_PER_MINUTE: '2' })
    for (const signature of [wrong, wrong]) await deliver({ signature })
    const { status, headers } = await deliver({})
    assert.equal(status, 429)
    assert.ok(Number(headers['retry-after']) >= 1)
  })
})

describe('X-GitHub-Delivery', () => {
  const id = (value: string) => ({ headers: { 'X-GitHub-Delivery': value } })

  it('is counted once, however often it arrives', async (t) => {
    const { deliver, count } = await startWebhook(t)
    for (const value of ['a', 'b', 'a', 'a']) assert.equal((await deliver(id(value))).status, 204)
    assert.equal(await count(), 2)
  })

  it('is counted once when it arrives several times at the same time', async (t) => {
    const { deliver, count } = await startWebhook(t)
    await Promise.all(Array.from({ length: 5 }, () => deliver(id('same'))))
    assert.equal(await count(), 1)
  })

  it('may be missing, and then each delivery counts', async (t) => {
    const { deliver, count } = await startWebhook(t)
    const empty = { 'X-GitHub-Delivery': '' }
    for (const headers of [{}, {}, empty, empty]) await deliver({ headers })
    assert.equal(await count(), 4)
  })

  it('is not remembered from a delivery that is not signed', async (t) => {
    const { deliver, count } = await startWebhook(t)
    await deliver({ signature: wrong, ...id('forged') })
    await deliver(id('forged'))
    assert.equal(await count(), 1)
  })

  it('is told apart from another one however long both are', async (t) => {
    const { deliver, count } = await startWebhook(t)
    for (const end of ['a', 'b', 'a']) await deliver(id('x'.repeat(10_000) + end))
    assert.equal(await count(), 2)
  })

  it('is forgotten when enough others have arrived', async (t) => {
    const { deliver, count } = await startWebhook(t, { deliveryIds: 2 })
    for (const value of ['a', 'b', 'c', 'c', 'b', 'a']) await deliver(id(value))
    assert.equal(await count(), 4)
  })
})

describe('a rotation of the secret', () => {
  it('passes the new version at once, and the previous one for its time', async (t) => {
    const { rotate, deliver } = await startWebhook(t)
    await deliver({})
    rotate('second key')

    assert.equal((await deliver({ key: 'second key' })).status, 204)
    assert.equal((await deliver({ key: 'first key' })).status, 204)
    assert.equal((await deliver({ key: 'third key' })).status, 401)
  })

  it('passes the new version of all deliveries that arrive at the same time, for one request to the vault', async (t) => {
    const { cloud, rotate, deliver } = await startWebhook(t)
    await deliver({})
    rotate('second key')
    cloud.vault.faults.delayNext(50)
    const asked = cloud.vault.requests.length

    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver({ key: 'second key' })))

    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([204]))
    assert.equal(cloud.vault.requests.length - asked, 1)
  })

  it('is looked for by one extra request to the vault in 30 s, whatever comes in', async (t) => {
    const { cloud, deliver } = await startWebhook(t)
    await deliver({})
    const asked = cloud.vault.requests.length

    for (let i = 0; i < 5; i += 1) assert.equal((await deliver({ signature: wrong })).status, 401)
    await Promise.all(Array.from({ length: 20 }, () => deliver({ signature: wrong })))

    assert.equal(cloud.vault.requests.length - asked, 1)
    assert.equal(siteLimits.signingKeyCheckMs, 30_000)
  })

  it('is looked for again when that time is over', async (t) => {
    const { rotate, deliver } = await startWebhook(t, { signingKeyCheckMs: 0 })
    await deliver({ signature: wrong })
    rotate('second key')
    assert.equal((await deliver({ key: 'second key' })).status, 204)
  })

  it('keeps the previous version valid when it was read by the page', async (t) => {
    const { rotate, deliver, request } = await startWebhook(t)
    await request.get(pageUrl).expect(200)
    rotate('second key')
    await deliver({ key: 'second key' })
    assert.equal((await deliver({ key: 'first key' })).status, 204)
  })

  it('does not know a version that the site never read', async (t) => {
    const { rotate, deliver } = await startWebhook(t)
    rotate('second key')
    await deliver({ key: 'second key' })
    assert.equal((await deliver({ key: 'first key' })).status, 401)
  })

  it('ends the previous version at once when the setting says so', async (t) => {
    const { rotate, deliver } = await startWebhook(t, {}, { WEBHOOK_ROTATION_GRACE_MINUTES: '0' })
    await deliver({})
    rotate('second key')
    await deliver({ key: 'second key' })
    assert.equal((await deliver({ key: 'first key' })).status, 401)
  })

  for (const [minutes, status] of [
    [59, 204],
    [61, 401],
  ] as const) {
    it(`answers ${status} to the previous version ${minutes} minutes after the new one was created`, async (t) => {
      const { rotate, deliver } = await startWebhook(t)
      await deliver({})
      rotate('second key')
      // Nothing arrives for a while.
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() + minutes * 60_000 })
      await deliver({ key: 'second key' })

      assert.equal((await deliver({ key: 'first key' })).status, status)
    })
  }

  it('ends the previous version when its time has passed', async (t) => {
    // The local vault would find the token expired: the site does not ask it.
    const { rotate, deliver } = await startWebhook(t, { secretMs: day, signingKeyCheckMs: day })
    await deliver({})
    rotate('second key')
    await deliver({ key: 'second key' })
    const now = performance.now.bind(performance)
    t.mock.method(performance, 'now', () => now() + 61 * 60_000)

    assert.equal((await deliver({ key: 'first key' })).status, 401)
    assert.equal((await deliver({ key: 'second key' })).status, 204)
  })

  it('keeps the previous version when a version of the same value is created', async (t) => {
    const { rotate, deliver } = await startWebhook(t, { signingKeyCheckMs: 0 })
    await deliver({})
    rotate('second key')
    await deliver({ key: 'second key' })
    rotate('second key')
    await deliver({ signature: wrong })
    assert.equal((await deliver({ key: 'first key' })).status, 204)
  })

  it('keeps the previous version valid while the vault refuses the new one', async (t) => {
    const { rotate, deliver, request } = await startWebhook(t, { secretMs: 0 })
    await deliver({})
    rotate('second key')
    await deliver({ key: 'second key' })
    rotate('second key', { enabled: false })
    await request.get(pageUrl).expect(503)

    assert.equal((await deliver({ key: 'first key' })).status, 204)
    assert.equal((await deliver({ key: 'second key' })).status, 503)
  })
})

describe('a vault in trouble', () => {
  const outages: [name: string, cause: (cloud: Cloud) => void][] = [
    ['answers 500', (cloud) => cloud.vault.faults.failNext(500, always)],
    ['is busy', (cloud) => cloud.vault.faults.failNext(429, always)],
    ['refuses', (cloud) => cloud.vault.faults.failNext(403, always)],
    ['drops connections', (cloud) => cloud.vault.faults.dropNext(always)],
    ['never answers', (cloud) => cloud.vault.faults.hangNext(always)],
  ]
  for (const [name, cause] of outages) {
    it(`is told as 503 when it ${name} and no key is known, and works again when it does`, async (t) => {
      const { cloud, deliver, logged } = await startWebhook(t, { secretReadMs: 300 })
      cause(cloud)

      const { status, headers, body } = await deliver({})

      assert.equal(status, 503)
      assert.ok(Number(headers['retry-after']) >= 1)
      assert.equal(JSON.parse(body).detail, 'The key of the signatures cannot be read from the key vault.')
      assert.ok(logged.some((line) => line.includes('"level":"error"')))
      cloud.vault.faults.clear()
      await untilKnown(deliver)
    })
  }

  it('is told as 503 when it has not answered by the deadline', async (t) => {
    const { cloud, deliver } = await startWebhook(t, { requestMs: 300 })
    cloud.vault.faults.hangNext(always)
    assert.equal((await deliver({})).status, 503)
  })

  for (const [name, cause] of outages.filter(([name]) => name !== 'refuses')) {
    it(`does not matter when it ${name} and the key is known`, async (t) => {
      const { cloud, deliver } = await startWebhook(t, { secretMs: 0, secretReadMs: 300 })
      await untilKnown(deliver)
      cause(cloud)
      assert.equal((await deliver({})).status, 204)
      assert.equal((await deliver({ signature: wrong })).status, 401)
      assert.equal((await deliver({})).status, 204)
    })
  }

  it('does not matter when the deadline comes before it answers, and the key is known', async (t) => {
    const { cloud, deliver } = await startWebhook(t, { requestMs: 300 })
    await untilKnown(deliver)
    cloud.vault.faults.hangNext(always)
    assert.equal((await deliver({ signature: wrong })).status, 401)
  })

  it('is no key at all when the secret is empty', async (t) => {
    const { rotate, deliver } = await startWebhook(t)
    rotate('')
    assert.equal((await deliver({ key: '' })).status, 503)
  })

  it('is forgotten with a client that does not wait for it', async (t) => {
    const { cloud, open, logged, request: site } = await startWebhook(t)
    cloud.vault.faults.hangNext(always)
    const { request, response } = open({ 'Content-Length': 4, 'X-Hub-Signature-256': wrong })
    request.end('body')
    const asked = cloud.vault.requests.length
    await eventually(() => cloud.vault.requests.length > asked)
    request.destroy()
    await assert.rejects(response)
    await eventually(() => logged.some((line) => line.includes('cut short')))
    // What the site writes to the log because of that, it has written when it responds to something else.
    await site.get('/healthz').expect(200)
    assert.ok(!logged.some((line) => line.includes('"level":"error"')))
  })
})

describe(`GET ${pageUrl}`, () => {
  it('prints a command that sends a signed delivery to the host of the visitor', {
    skip: noShell,
  }, async (t) => {
    // The value begins like an option, and has what a shell would replace.
    const key = '-key $HOME `id` "x" \\'
    const { rotate, request, count, port } = await startWebhook(t)
    rotate(key)
    const { text: page } = await request.get(pageUrl).expect(200)
    const command = unescapeHtml(/<pre [^>]*signed delivery[^>]*><code>([^<]*)<\/code>/.exec(page)?.[1] ?? '')
    assert.ok(command.includes(`'http://127.0.0.1:${port}${url}'`))

    const env = { PATH: process.env.PATH, WEBHOOK_SECRET: key }
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { env })

    assert.match(stdout, /^HTTP\/1\.1 204 /)
    assert.equal(await count(), 1)
  })

  it('puts no characters of a shell into that command', async (t) => {
    const { origin } = await startWebhook(t)
    const { body } = await rawRequest(origin, pageUrl, { headers: { Host: "x'$(id)'" } })
    const page = unescapeHtml(String(body))
    assert.ok(!page.includes('$(id)'))
    assert.ok(page.includes(`'http://localhost${url}'`))
  })

  it('says what the secret is for, and how many deliveries this instance has accepted', async (t) => {
    const { deliver, count, request } = await startWebhook(t)
    await deliver({})
    await deliver({})
    assert.equal(await count(), 2)
    await request.get(pageUrl).expect(200, /POST \/webhook[\s\S]*has accepted <data value="2">2<\/data>/)
  })
})

interface Delivery {
  body?: string | Buffer
  key?: string
  /** Null for none. */
  signature?: string | string[] | null
  headers?: Record<string, string>
  chunked?: boolean
}

let secrets = 0

/** The site with a secret of its own, whose value is "first key". */
async function startWebhook(
  t: TestContext,
  limits: Parameters<typeof startApp>[1] = {},
  settings: Record<string, string> = {},
) {
  secrets += 1
  const secretName = `webhook-${secrets}`
  const site = await startApp(t, limits, { AZURE_KEY_VAULT_SECRET_NAME: secretName, ...settings })
  const rotate = (value: string, attributes = {}) => site.cloud.vault.set(secretName, value, attributes)
  rotate('first key')

  /** Begins a request whose body the test sends. */
  function open(headers: Record<string, string | string[] | number>) {
    const request = send({
      port: site.port,
      host: '127.0.0.1',
      path: url,
      method: 'POST',
      headers,
      agent: false,
    })
    // A connection that the site closes is an error here, also after the response.
    request.on('error', () => {})
    request.flushHeaders()
    const response = answerTo(request)
    response.catch(() => {})
    return { request, response }
  }

  async function deliver({ body = 'body', key = 'first key', signature, headers = {}, chunked }: Delivery) {
    const signed = signature === undefined ? sign(key, body) : signature
    const { request, response } = open({
      ...headers,
      ...(signed !== null && { 'X-Hub-Signature-256': signed }),
      ...(chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': Buffer.byteLength(body) }),
    })
    request.end(body)
    const answer = await response
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
  }

  const count = async () =>
    (await site.request.get(pageUrl).set('Accept', 'application/json').expect(200)).body.deliveries

  return { ...site, secretName, rotate, open, deliver, count }
}

/** Until the site knows the key: on a busy machine, the vault may not answer within a short deadline. */
async function untilKnown(deliver: Site['deliver']): Promise<void> {
  await eventually(async () => (await deliver({})).status === 204)
}

/** Opens a request whose body the site waits for, which it tells a client that asks. */
async function openBody(open: Site['open'], client = '203.0.113.1') {
  const opened = open({
    Expect: '100-continue',
    'Content-Length': 10,
    'X-Hub-Signature-256': wrong,
    'X-Forwarded-For': client,
  })
  await once(opened.request, 'continue')
  return opened
}

describe('the trace of a delivery', () => {
  it('names the route, after an error too', async (t) => {
    const { request, traceOf } = await startObserved(t)

    await request.post(url).send('{}').expect(401)

    assert.equal((await traceOf(url)).request.data.baseData.name, `POST ${url}`)
  })

  it('names the route of another method', async (t) => {
    const { request, traceOf } = await startObserved(t)

    await request.get(url).expect(405)

    assert.equal((await traceOf(url)).request.data.baseData.name, `GET ${url}`)
  })
})

function sign(key: string, body: string | Buffer): string {
  return `sha256=${createHmac('sha256', key).update(body).digest('hex')}`
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = await once(request, 'response')
  return response
}

type Site = Awaited<ReturnType<typeof startWebhook>>
type Cloud = Site['cloud']
