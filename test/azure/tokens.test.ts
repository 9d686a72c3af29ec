import assert from 'node:assert/strict'
import { once } from 'node:events'
import { glob, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { createCredential } from '../../src/azure/credential.ts'
import { pauseReason } from '../../src/azure/identity-endpoint.ts'
import { limits } from '../../src/limits.ts'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { watchRequests } from '../support/sent-tokens.ts'
import { useShortTokens } from '../support/short-tokens.ts'
import { pages, startApp } from '../support/start-app.ts'

const always = { times: Number.POSITIVE_INFINITY }
const storage = 'https://storage.azure.com'
const vault = 'https://vault.localhost'
const sql = 'https://database.windows.net'
const audiences: Record<string, string> = { 'Blob Storage': storage, 'Key Vault': vault, 'Azure SQL': sql }
const services = pages.flatMap(({ url, access, readiness }) => {
  const audience = audiences[access.service]
  return readiness && audience ? [{ url, audience }] : []
})
const all = services.map(({ audience }) => audience).sort()

/** Every page needs its token each time: the secret is not cached, and nothing rests for long. */
const eager = { secretMs: 0, secretStaleMs: 0, secretRetryMs: 0, tokenFailureMs: 20 }

const pauseSeconds = 600

// Each test runs less late than the one before.
let lateSeconds = 20 * pauseSeconds

/**
 * Lets the clock of performance.now() run late, so that a pause of the identity endpoint is over for the tests that follow.
 *
 * @returns by how many seconds: the tokens of the local cloud, which uses that clock, have to live for longer
 */
function runLate(t: TestContext): number {
  lateSeconds -= pauseSeconds + 60
  const late = lateSeconds
  const now = performance.now.bind(performance)
  t.mock.method(performance, 'now', () => now() - late * 1000)
  return late
}

/** Starts a site with short-lived tokens. */
async function startSite(t: TestContext, lifetimeSeconds: number, changes = {}) {
  const site = await startApp(t, { ...eager, ...changes })
  const { cloud, request } = site
  const clock = useShortTokens(t, cloud, lifetimeSeconds)
  cloud.identity.requests.length = 0
  return {
    ...site,
    ...clock,
    /** The audiences that the identity endpoint was asked for. */
    asked: () => cloud.identity.requests.map(({ resource }) => withoutPort(resource)),
    /** Opens every page, with a new SQL login, one after the other. None may wait for a token that does not come. */
    async open(status: number) {
      cloud.sql.dropConnections()
      await eventually(() => cloud.sql.openConnections === 0)
      for (const { url } of services) await request.get(url).timeout(20_000).expect(status)
    },
  }
}

describe('a token', () => {
  it('is asked for once for each audience, however many pages need it at once', async (t) => {
    const { request, asked } = await startSite(t, 3_600)

    const visits = services.flatMap(({ url }) =>
      Array.from({ length: 5 }, () => request.get(url).expect(200)),
    )
    await Promise.all(visits)
    for (const { url } of services) await request.get(url).expect(200)

    assert.deepEqual(asked().sort(), all)
  })

  it('goes to its audience and nowhere else, and is in no page, header, address or log line', async (t) => {
    const { cloud, request, logged } = await startSite(t, 3_600)
    const ports = new Map([
      [cloud.blobs.port, storage],
      [Number(new URL(cloud.vault.endpoint).port), vault],
    ])
    const sent = watchRequests(t)

    const answers: string[] = []
    for (const path of ['/', '/readyz', ...services.map(({ url }) => url), `${documentsUrl}/Welcome.md`]) {
      const { headers, text } = await request.get(path).expect(200)
      answers.push(JSON.stringify(headers), text)
    }

    const withToken = sent.filter(({ authorization }) => authorization)
    for (const { port, authorization = '' } of withToken) {
      assert.equal(audienceOf(authorization), ports.get(port), `to port ${port}`)
    }
    assert.deepEqual(
      new Set(withToken.map(({ port }) => ports.get(port))),
      new Set(all.filter((audience) => audience !== sql)),
    )
    const elsewhere = sent.map(({ path, headers }) => path + headers)
    for (const text of [...answers, ...logged, ...elsewhere]) assert.doesNotMatch(text, /eyJ/)
  })

  it('is decoded and stored by no code that gets it', async () => {
    const source = new URL('../../src/azure/', import.meta.url)
    for await (const path of glob('**/*.ts', { cwd: source })) {
      const code = await readFile(new URL(path, source), 'utf8')
      assert.doesNotMatch(
        code,
        /jsonwebtoken|jose|jwt|atob\(|base64|writeFile|appendFile|createWriteStream/,
        path,
      )
    }
  })

  it('is renewed before its end, without a page that waits', async (t) => {
    const { cloud, asked, open, setClock } = await startSite(t, 130)
    await open(200)

    setClock(100)
    cloud.identity.tokenLifetimeSeconds += 3_600
    cloud.identity.requests.length = 0
    await open(200)
    await eventually(() => asked().length >= services.length)
    assert.deepEqual(asked().sort(), all)

    // The first tokens have ended, and no others are to be had.
    setClock(200)
    cloud.identity.faults.failNext(500, always)
    await open(200)
  })

  it('that lives for a day serves on after half of it, when the identity endpoint hangs', async (t) => {
    const { cloud, open, setClock } = await startSite(t, 86_400)
    await open(200)

    setClock(43_300)
    cloud.identity.faults.hangNext(always)
    await open(200)
  })

  it('is given up at its end', async (t) => {
    const { cloud, open, setClock } = await startSite(t, 130)
    await open(200)

    setClock(133)
    cloud.identity.faults.failNext(400, always)
    await open(503)
  })

  // The SDK asks in the background until a second before the end. A rejection there would end the process.
  it('is given to the clients of Azure until their last second', async (t) => {
    const { cloud } = await startSite(t, 130)
    const credential = createCredential(cloud.env.AZURE_CLIENT_ID, limits)
    const first = await credential.getToken(`${storage}/.default`)
    cloud.identity.faults.failNext(400, always)

    assert.ok(first)
    t.mock.timers.setTime(first.expiresOnTimestamp - 1_000)
    assert.equal(await credential.getToken(`${storage}/.default`), first)
    t.mock.timers.setTime(first.expiresOnTimestamp)
    await assert.rejects(credential.getToken(`${storage}/.default`))
  })
})

describe('an identity endpoint that sends Retry-After', () => {
  const inDate = () => new Date(Date.now() + pauseSeconds * 1000).toUTCString()
  const refusals: [name: string, status: number, value: () => string][] = [
    ['429 and seconds', 429, () => String(pauseSeconds)],
    ['429 and a date', 429, inDate],
    ['503', 503, () => String(pauseSeconds)],
    ['500', 500, () => String(pauseSeconds)],
  ]
  for (const [name, status, value] of refusals) {
    it(`with ${name} is left alone for every audience, and pages are 503 at once`, async (t) => {
      const { cloud, asked, logged, open } = await startSite(t, runLate(t) + 3_600)
      cloud.identity.faults.failNext(status, { headers: { 'retry-after': value() } })

      await open(503)
      await open(503)

      assert.deepEqual(asked(), [storage])
      const reason = new RegExp(
        `The identity endpoint answered ${status} and is not asked for another \\d{3} s`,
      )
      assert.ok(logged.some((line) => reason.test(line)))
    })
  }

  it('is left alone while pages go on with the tokens at hand', async (t) => {
    const { cloud, asked, open, request, setClock } = await startSite(t, runLate(t) + 3_600)
    await open(200)
    setClock(3_500)
    cloud.identity.requests.length = 0
    cloud.identity.faults.failNext(429, { headers: retryAfter(pauseSeconds) })
    await request.get(documentsUrl).expect(200)
    await eventually(() => pauseReason() !== undefined)

    for (let visit = 0; visit < 5; visit += 1) await open(200)

    assert.deepEqual(asked(), [storage])
  })

  // Last of these, because it does not run late.
  it('is asked again after that, by a page that can wait as long', async (t) => {
    const { cloud, asked, request } = await startSite(t, 3_600)
    cloud.identity.faults.failNext(429, { headers: retryAfter(1) })
    const before = performance.now()

    await request.get(documentsUrl).expect(200)

    assert.ok(performance.now() - before >= 990)
    assert.deepEqual(asked(), [storage, storage])
  })
})

describe('a token that a service refuses', () => {
  const tenant = 'https://login.localhost/00000000-0000-4000-8000-000000000009'
  const claims = `Bearer error="insufficient_claims", claims="${btoa('{"access_token":{}}')}"`
  const refusals: [name: string, challenges: Record<string, string>][] = [
    [
      'as invalid',
      {
        [storage]: `Bearer authorization_uri=${tenant}/oauth2/authorize resource_id=${storage}`,
        [vault]: `Bearer authorization="${tenant}", resource="${vault}"`,
      },
    ],
    ['for claims that it lacks', { [storage]: claims, [vault]: claims }],
  ]
  for (const [name, challenges] of refusals) {
    it(`${name} is not replaced before its end: 503 at once, and no storm`, async (t) => {
      const { cloud, asked, open, request } = await startSite(t, 3_600)
      await open(200)
      cloud.identity.requests.length = 0

      for (const { url, audience, service } of overHttp(cloud)) {
        const challenge = (challenges[audience] ?? '').replace(vault, cloud.vault.resource)
        const headers = { 'www-authenticate': challenge }
        service.faults.failNext(401, { ...always, headers })
        service.requests.length = 0
        for (let visit = 0; visit < 3; visit += 1) await request.get(url).timeout(20_000).expect(503)
        assert.ok(service.requests.length <= 3 * 3, `${url}: ${service.requests.length} requests`)
        service.faults.clear()
      }

      assert.deepEqual(asked(), [])
      await open(200)
    })
  }

  it('is not replaced by one for another audience that the service names', async (t) => {
    const { cloud, asked, request, setClock } = await startSite(t, 3_600)
    const challenge = `Bearer authorization_uri=${tenant}/oauth2/authorize resource_id=https://another.localhost`
    cloud.blobs.faults.failNext(401, { ...always, headers: { 'www-authenticate': challenge } })
    const before = cloud.blobs.requests.length

    const page = request.get(documentsUrl).timeout(20_000).expect(503).then()
    await eventually(() => cloud.blobs.requests.length > before)
    // The SDK repeats its request for the other token every three seconds until the end of the token at hand.
    setClock(3_700)
    await page

    assert.deepEqual(asked(), [storage])
  })
})

describe('a redirect of a service to another host', () => {
  for (const status of [301, 302, 307, 308]) {
    it(`with ${status} takes no token along`, async (t) => {
      const { cloud, open, request } = await startSite(t, 3_600)
      await open(200)
      const elsewhere = await startServer(t)
      const headers = { location: `${elsewhere.origin}/documents` }

      for (const { url, service } of overHttp(cloud)) {
        service.faults.failNext(status, { ...always, headers })
        await request.get(url).timeout(20_000).expect(502)
        service.faults.clear()
      }

      assert.deepEqual(elsewhere.tokens, [])
    })
  }
})

// Last, because the SDK goes on with its retries for some seconds after each test.
describe('a token that is renewed while the identity endpoint', () => {
  const outages: [name: string, start: (faults: Faults) => void][] = [
    ['is slow', (faults) => faults.delayNext(15_000, always)],
    ['hangs', (faults) => faults.hangNext(always)],
    ['drops connections', (faults) => faults.dropNext(always)],
    ['refuses', (faults) => faults.failNext(400, always)],
    ['answers 429', (faults) => faults.failNext(429, always)],
    ['answers 500', (faults) => faults.failNext(500, always)],
  ]
  for (const [name, begin] of outages) {
    it(`${name} serves on until its end`, async (t) => {
      const { cloud, asked, open, setClock } = await startSite(t, 130)
      await open(200)

      setClock(100)
      begin(cloud.identity.faults)
      cloud.identity.requests.length = 0
      await open(200)
      await eventually(() => asked().length > 0)
      setClock(127)
      await open(200)
    })
  }
})

type Cloud = Awaited<ReturnType<typeof startApp>>['cloud']
type Faults = Cloud['identity']['faults']

/** The pages whose service is asked over HTTP, each with that service of the local cloud. */
function overHttp(cloud: Cloud) {
  const emulated: Record<string, Cloud['blobs'] | Cloud['vault']> = {
    [storage]: cloud.blobs,
    [vault]: cloud.vault,
  }
  return services.flatMap(({ url, audience }) => {
    const service = emulated[audience]
    return service ? [{ url, audience, service }] : []
  })
}

const retryAfter = (seconds: number) => ({ 'retry-after': String(seconds) })

function audienceOf(authorization: string): string {
  const [, payload = ''] = authorization.split('.')
  return withoutPort(JSON.parse(Buffer.from(payload, 'base64url').toString()).aud)
}

/** The vault on this machine has a port in its audience, which is another at each start. */
function withoutPort(audience: string): string {
  return audience.replace(/(:\d+)?\/?$/, '')
}

/** A server that does not belong to Azure, and keeps the tokens that it gets. */
async function startServer(t: TestContext) {
  const tokens: string[] = []
  const server = createServer(({ headers }, response) => {
    if (headers.authorization) tokens.push(headers.authorization)
    response.end('[]')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens }
}
