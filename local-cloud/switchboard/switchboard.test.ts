// The switchboard through HTTP, as a browser without script uses it, and what its switches do to the services.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, beforeEach, describe, it } from 'node:test'
import { principal } from '../identity/index.ts'
import { ask, connect, LoginRefused } from '../sql/test-client.ts'
import { cloud } from '../test-cloud.ts'
import { startSwitchboard } from './index.ts'
import { switches } from './switches.ts'

const site = {
  isRestarting: false,
  restart() {
    this.isRestarting = true
  },
}
const wakingMs = 4_000
const { url, close } = await startSwitchboard(cloud, { site, wakingMs })
after(close)

const { identity, blobs, vault, sql, telemetry } = cloud
const { host } = new URL(url)
const patiently = { timeout: 30_000, interval: 20 }

beforeEach(async () => {
  await post('/all-off')
  site.isRestarting = false
})

describe('the page', () => {
  it('shows every switch, off, and all services with their addresses', async () => {
    const page = await get('/')

    for (const { id, name } of switches) {
      assert.match(page, new RegExp(`<button type="submit" id="button-${id}"[^>]*>${name}</button>`), id)
      assert.equal(isOn(page, id), false, id)
    }
    for (const { endpoint } of [identity, blobs, vault, sql, telemetry])
      assert.ok(page.includes(endpoint), endpoint)
    assert.match(page, /No switch is on\./)
  })

  it('runs no script but its own, and stands in no frame', async () => {
    const { headers } = await send('GET', '/')

    const policy = headers['content-security-policy'] ?? ''
    assert.match(String(policy), /^default-src 'none'; .*script-src 'self'; style-src 'self'$/)
    assert.match(String(policy), /frame-ancestors 'none'/)
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    assert.equal(headers['cache-control'], 'no-store')
  })

  it('brings its style, its script and its icon, and nothing else', async () => {
    for (const path of ['/style.css', '/live.js', '/icon.svg']) {
      const { status, headers } = await send('GET', path)
      assert.equal(status, 200, path)
      assert.equal(headers['x-content-type-options'], 'nosniff', path)
    }
    for (const path of ['/index.ts', '/../index.ts', '/%2e%2e/index.ts', '/constructor']) {
      assert.equal((await send('GET', path)).status, 404, path)
    }
  })
})

describe('what the services were asked lately', () => {
  it('names who asked for a token, a document and a secret, and what came of it', async () => {
    await askFor.token()
    await fetch(identity.endpoint)
    await askFor.document()
    await askFor.secret()
    await fetch(`${vault.endpoint}/secrets/demo-secret?api-version=7.6`)
    const stranger = identity.issue(principal('stranger'), 'https://vault.localhost')
    await fetch(`${vault.endpoint}/secrets/demo-secret?api-version=7.6`, bearer(stranger))

    const { name, clientId } = identity.app
    assert.deepEqual(lately(identity), [
      'GET /msi/token by nobody, without a client id: 401',
      `GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.localhost&client_id=${clientId} by ${name}: 200`,
    ])
    assert.deepEqual(lately(blobs), [
      `GET /devstoreaccount1/documents/archive/noise.bin (bytes=0-9) by ${name}: 206`,
    ])
    const secret = 'GET /secrets/demo-secret?api-version=7.6'
    const [first, second, third] = lately(vault)
    assert.match(first ?? '', /api-version=7\.6 by [0-9a-f-]{36}: 403$/)
    assert.equal(second, `${secret} by nobody, without a token: 401`)
    assert.equal(third, `${secret} by ${name}: 200`)
  })

  it('has the SQL as it was sent, and logins with those that were refused', async () => {
    await query('SELECT Name FROM dbo.Products WHERE Id < 3')
    await assert.rejects(query('SELECT 1 AS one', principal('stranger')))

    const { name } = identity.app
    const [refused, statement, login] = lately(sql)
    assert.match(refused ?? '', /^login by [0-9a-f-]{36}: error 18456$/)
    assert.equal(statement, `SELECT Name FROM dbo.Products WHERE Id < 3 by ${name}: 2 rows`)
    assert.equal(login, `login by ${name}: signed in`)
  })

  it('is on the page with time and duration, newest first, and escaped', async () => {
    await askFor.secret()
    await fetch(`${vault.endpoint}/secrets/%3Cscript%3E?api-version=7.6`, bearer(tokenFor.vault()))

    const page = await get('/')

    const asked = page.slice(page.indexOf('id="asked-vault"'), page.indexOf('id="sql"'))
    assert.match(asked, /<li class="failed"><code>GET \/secrets\/&lt;script&gt;\?/)
    assert.ok(asked.indexOf('script') < asked.indexOf('demo-secret'))
    assert.match(asked, /<time datetime="20[^"]+Z">\d\d:\d\d:\d\d<\/time> id-keyless-express/)
    assert.match(asked, /<strong>200<\/strong><span class="quiet"> in \d+ ms/)
    assert.doesNotMatch(asked, /<script/)
  })

  it('holds no token, no header of the identity endpoint and no signature', async () => {
    await askFor.token()
    await askFor.document()
    await fetch(`${blobs.endpoint}/documents/Welcome.md?sv=2025&sig=geheim&se=now`)
    await fetch(`${blobs.endpoint}/documents/Welcome.md`, bearer('not.a.token'))

    const page = await get('/')
    const all = JSON.stringify([identity, blobs, vault, sql].map(({ activity }) => activity.latest)) + page

    assert.match(all, /sig=…&(amp;)?se=now/)
    assert.match(all, /an unreadable token/)
    assert.doesNotMatch(all, /geheim|eyJ|not\.a\.token/)
    assert.ok(!all.includes(identity.header))
  })

  it('keeps the latest fifty of them', async () => {
    for (let round = 0; round < 60; round += 1) await fetch(`${identity.endpoint}?client_id=${round}`)

    assert.equal(identity.activity.latest.length, 50)
    assert.equal(identity.activity.latest[0]?.by, '59')
  })
})

describe('the traces', () => {
  it('are empty until the site has sent telemetry', async () => {
    assert.match(await get('/'), /id="latest-traces" data-live><p class="quiet">Nothing yet\./)
  })

  it('stand on the page as trees, escaped, with failures marked', async () => {
    const request = {
      id: 'page',
      name: 'GET /products',
      responseCode: '503',
      success: false,
      duration: '0:0:0.0340',
    }
    const login = {
      id: 'login',
      name: 'SQL login',
      target: 'localhost|shop',
      resultCode: '40613',
      success: false,
      duration: '0:0:0.0056',
    }
    await sendTelemetry([
      message('<b>asleep</b>', 'page'),
      envelope('RemoteDependencyData', login, 'page'),
      envelope('RequestData', request),
    ])

    const page = await get('/')

    const traces = page.slice(page.indexOf('id="latest-traces"'))
    assert.match(traces, /<summary [^>]+><time [^>]+>[\d:]{8}<\/time> <code>GET \/products<\/code>/)
    assert.match(
      traces,
      /<strong class="failed">503<\/strong> <span class="quiet">in\u00a034\u00a0ms<\/span>/,
    )
    assert.match(
      traces,
      /<code>SQL login<\/code> <span class="quiet">localhost\|shop<\/span>\s+<strong class="failed">40613/,
    )
    assert.match(traces, /<code>&lt;b&gt;asleep&lt;\/b&gt;<\/code>\s+<strong class="ok">Information/)
  })
})

/** For each switch: what a client meets while it is on. When it is off again, all answers are as before. */
const cases: Record<string, () => Promise<void>> = {
  async 'all-slow'() {
    for (const each of [askFor.token, askFor.document, askFor.secret, askFor.ingestion]) {
      const start = performance.now()
      assert.match(await each(), /^20[06]/)
      assert.ok(performance.now() - start > 900)
    }
  },
  async 'identity-down'() {
    assert.match(await askFor.token(), /^503/)
  },
  async 'blobs-role-missing'() {
    assert.match(await askFor.document(), /^403.*AuthorizationPermissionMismatch/s)
  },
  async 'blobs-break-off'() {
    assert.equal(await bytesOfWholeDocument(), 150_000)
    assert.match(await askFor.document(), /^206/)
  },
  async 'blobs-keep-breaking-off'() {
    assert.equal(await bytesOfWholeDocument(), 150_000)
    await assert.rejects(askFor.document())
    const list = '?restype=container&comp=list'
    assert.match(await statusAndBody(`${blobs.endpoint}/documents${list}`, tokenFor.blobs()), /^200.*noise/s)
  },
  async 'vault-role-missing'() {
    assert.match(await askFor.secret(), /^403.*ForbiddenByRbac/s)
  },
  async 'vault-throttles'() {
    const response = await fetch(
      `${vault.endpoint}/secrets/demo-secret?api-version=7.6`,
      bearer(tokenFor.vault()),
    )
    assert.equal(response.status, 429)
    assert.match(response.headers.get('retry-after') ?? '', /^\d+$/)
  },
  async 'secret-disabled'() {
    assert.match(await askFor.secret(), /^403.*SecretDisabled/s)
  },
  async 'secret-expired'() {
    const { attributes } = JSON.parse((await askFor.secret()).slice(4))
    assert.ok(attributes.exp < Date.now() / 1000)
  },
  async 'sql-refuses-user'() {
    assert.equal(await loginError(), 18456)
    assert.deepEqual(lately(sql), ['login by id-keyless-express: error 18456'])
  },
  async 'sql-grant-missing'() {
    await assert.rejects(query('SELECT 1 AS one'), /permission was denied/)
  },
  async 'sql-sleeps'() {
    assert.equal(await loginError(), 40613)
  },
  async 'telemetry-refuses-token'() {
    assert.match(await askFor.ingestion(), /^401/)
  },
  async 'telemetry-throttles'() {
    assert.match(await askFor.ingestion(), /^429/)
  },
  async 'telemetry-down'() {
    assert.match(await askFor.ingestion(), /^503/)
  },
  async 'telemetry-hangs'() {
    await assert.rejects(askFor.ingestion(AbortSignal.timeout(200)), { name: 'TimeoutError' })
  },
  async 'secret-rotated'() {},
  async 'sql-fails-over'() {},
}

describe('a switch', () => {
  it('is tested here', () => {
    assert.deepEqual(Object.keys(cases).toSorted(), switches.map(({ id }) => id).toSorted())
  })

  for (const each of switches.filter((each) => 'on' in each)) {
    it(`brings about what it says, and puts it right again: ${each.name}`, async () => {
      const before = await everyAnswer()
      sql.activity.clear()

      assert.equal(await press(each.id, 'on'), `/#${each.id}`)
      const page = await get('/')
      assert.equal(isOn(page, each.id), true)
      assert.match(page, new RegExp(`data-live>On: ${each.name}`))
      await cases[each.id]?.()

      await press(each.id, 'off')
      assert.equal(isOn(await get('/'), each.id), false)
      assert.deepEqual(await everyAnswer(), before)
    })
  }

  it('that is pressed twice in the same state changes nothing, and one "off" is enough', async () => {
    await press('identity-down', 'on')
    await press('identity-down', 'on')
    await press('identity-down', 'off')

    assert.match(await askFor.token(), /^200/)
  })

  it('counts beside another one for the same service, and a delay does not hide an error', async () => {
    await press('vault-throttles', 'on')
    await press('all-slow', 'on')
    await press('vault-role-missing', 'on')
    assert.match(await askFor.secret(), /^403/)

    await press('vault-role-missing', 'off')
    assert.match(await askFor.secret(), /^429/)
  })

  it('is off for the secret alone when both of its attributes were changed', async () => {
    await press('secret-disabled', 'on')
    await press('secret-expired', 'on')
    await press('secret-disabled', 'off')
    const { attributes } = JSON.parse((await askFor.secret()).slice(4))
    assert.equal(attributes.enabled, true)
    assert.ok(attributes.exp)

    await press('secret-expired', 'off')

    assert.equal(JSON.parse((await askFor.secret()).slice(4)).attributes.exp, undefined)
  })

  it('gives the secret a new version when it is rotated, which "Turn all off" leaves', async () => {
    const idOf = async () => JSON.parse((await askFor.secret()).slice(4)).id
    const before = await idOf()

    await press('secret-rotated', 'on')
    await post('/all-off')

    assert.notEqual(await idOf(), before)
    assert.equal(isOn(await get('/'), 'secret-rotated'), false)
  })

  it('drops the connections when the database fails over, and it works again at once', async () => {
    const connection = await open()
    const ended = once(connection, 'end')
    await press('sql-fails-over', 'on')
    await ended

    assert.deepEqual(await query('SELECT 1 AS one'), [{ one: 1 }])
  })

  it('shows how the database sleeps, wakes with the first login, and is awake', async (t) => {
    await press('sql-sleeps', 'on')
    assert.match(await get('/'), /<span class="state">asleep until somebody logs in<\/span>/)

    assert.equal(await loginError(), 40613)
    assert.match(await get('/'), /<span class="state">waking up: [1-4] s left<\/span>/)

    // More logins do not put it off.
    await t.waitFor(async () => assert.equal(await loginError(), undefined), patiently)
    assert.equal(isOn(await get('/'), 'sql-sleeps'), false)
    assert.deepEqual(await query('SELECT 1 AS one'), [{ one: 1 }])
  })
})

describe('the buttons', () => {
  it('turn all switches off', async () => {
    for (const { id } of switches) await press(id, 'on')

    assert.equal(await post('/all-off'), '/')

    assert.match(await get('/'), /No switch is on\./)
    assert.match(await askFor.secret(), /^200/)
  })

  it('restart the site, and say that it restarts', async () => {
    assert.equal(await post('/restart'), '/')

    assert.equal(site.isRestarting, true)
    assert.match(await get('/'), /The site is restarting…/)
  })

  it('offer no restart where there is nothing to restart', async (t) => {
    const another = await startSwitchboard(cloud)
    t.after(another.close)

    const page = await (await fetch(another.url)).text()

    assert.equal(page.includes('id="restart"'), false)
    const [, token = ''] = /name="token" value="([^"]+)"/.exec(page) ?? []
    const { status } = await fetch(`${another.url}/restart`, {
      method: 'POST',
      headers: { origin: another.url },
      body: new URLSearchParams({ token }),
    })
    assert.equal(status, 404)
  })
})

describe('another site in the same browser', () => {
  const form = async () => `token=${await token()}&switch=identity-down&state=on`

  for (const [what, headers] of Object.entries({
    'sends a form': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    'sends a form without an origin': { origin: undefined },
    'sends a form from a sandbox': { origin: 'null' },
    'sends a form from another port of this machine': {
      origin: 'http://127.0.0.1:3000',
      'sec-fetch-site': 'same-site',
    },
    'sends a form by the origin of another name of this machine': {
      origin: url.replace('127.0.0.1', 'localhost'),
    },
    'is named by the browser alone': { origin: url, 'sec-fetch-site': 'same-site' },
  })) {
    it(`changes nothing when it ${what}`, async () => {
      const { status } = await send('POST', '/switches', headers, await form())

      assert.equal(status, 403)
      assert.match(await askFor.token(), /^200/)
    })
  }

  it('changes nothing with a form that has no token, another one, or a part of it', async () => {
    for (const given of ['', 'a'.repeat(43), (await token()).slice(1)]) {
      const body = `token=${given}&switch=identity-down&state=on`
      assert.equal((await send('POST', '/switches', { origin: url }, body)).status, 403)
    }
    assert.match(await askFor.token(), /^200/)
  })

  it('sees nothing by a name of its own that leads to this machine', async () => {
    const port = host.split(':')[1]
    for (const name of [`evil.example:${port}`, 'localhost', '127.0.0.1', `127.0.0.1.evil.example:${port}`]) {
      const { status, body } = await send('GET', '/', { host: name })
      assert.equal(status, 421, name)
      assert.doesNotMatch(body, /token/)
    }
    assert.equal((await send('GET', '/', { host: `localhost:${port}` })).status, 200)
  })
})

describe('a request that makes no sense', () => {
  it('is refused by its method, with what is allowed', async () => {
    const changing = await send('PUT', '/', { origin: url })
    assert.deepEqual([changing.status, changing.headers.allow], [405, 'GET, HEAD'])
    const reading = await send('GET', '/switches')
    assert.deepEqual([reading.status, reading.headers.allow], [405, 'POST'])
  })

  it('is refused when it is no form, or larger than any of these', async () => {
    const headers = { origin: url, 'content-type': 'text/plain' }
    assert.equal((await send('POST', '/switches', headers, 'token=')).status, 413)
    assert.equal((await send('POST', '/switches', { origin: url }, 'a'.repeat(100_000))).status, 413)
  })

  it('is refused when there is no such switch', async () => {
    const body = `token=${await token()}&switch=nothing&state=on`
    assert.equal((await send('POST', '/switches', { origin: url }, body)).status, 404)
  })
})

const bearer = (token: string) => ({
  headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2025-11-05' } as Record<string, string>,
})

const tokenFor = {
  blobs: () => identity.issue(identity.app, 'https://storage.azure.com'),
  vault: () => identity.issue(identity.app, 'https://vault.localhost'),
  telemetry: () => identity.issue(identity.app, 'https://monitor.azure.com'),
}

/** Status and body of one request to each service, as the site sends it. */
const askFor = {
  token: async () => {
    const query = new URLSearchParams({
      'api-version': '2019-08-01',
      resource: 'https://vault.localhost',
      client_id: identity.app.clientId,
    })
    const response = await fetch(`${identity.endpoint}?${query}`, {
      headers: { 'x-identity-header': identity.header },
    })
    await response.body?.cancel()
    return String(response.status)
  },
  document: () => statusAndBody(documentUrl, tokenFor.blobs(), { 'x-ms-range': 'bytes=0-9' }),
  secret: () => statusAndBody(`${vault.endpoint}/secrets/demo-secret?api-version=7.6`, tokenFor.vault()),
  ingestion: async (signal?: AbortSignal) => {
    const response = await sendTelemetry([message('a line')], signal)
    return `${response.status} ${await response.text()}`
  },
}

const [, iKey] = /^InstrumentationKey=([^;]+)/.exec(telemetry.connectionString) ?? []

function sendTelemetry(items: object[], signal = AbortSignal.timeout(60_000)): Promise<Response> {
  const url = `${telemetry.endpoint}/v2.1/track`
  return fetch(url, { method: 'POST', body: JSON.stringify(items), signal, ...bearer(tokenFor.telemetry()) })
}

const envelope = (baseType: string, baseData: object, parentId = '') => ({
  name: baseType,
  time: '2026-11-27T12:00:00.000Z',
  iKey,
  tags: { 'ai.operation.id': 'trace', 'ai.operation.parentId': parentId },
  data: { baseType, baseData },
})

const message = (text: string, parentId?: string) =>
  envelope('MessageData', { message: text, severityLevel: 'Information' }, parentId)

const documentUrl = `${blobs.endpoint}/documents/archive/noise.bin`

async function everyAnswer(): Promise<unknown[]> {
  const { attributes, ...secret } = JSON.parse((await askFor.secret()).slice(4))
  const { updated: _, ...others } = attributes
  return [
    await askFor.token(),
    await askFor.document(),
    { ...secret, others },
    await query('SELECT Name FROM dbo.Products'),
    await askFor.ingestion(),
  ]
}

async function statusAndBody(address: string, token: string, headers = {}): Promise<string> {
  const response = await fetch(address, { headers: { ...bearer(token).headers, ...headers } })
  return `${response.status} ${await response.text()}`
}

async function bytesOfWholeDocument(): Promise<number> {
  const response = await fetch(documentUrl, bearer(tokenFor.blobs()))
  let received = 0
  try {
    for await (const chunk of response.body ?? []) received += chunk.length
  } catch {
    return received
  }
  return assert.fail('The download did not break off.')
}

function open(who = identity.app) {
  const credential = identity.credential(who)
  return connect(sql.port, { type: 'token-credential', options: { credential } } as never, {
    database: 'keyless-express',
  })
}

async function query(statement: string, who = identity.app): Promise<unknown[]> {
  const connection = await open(who)
  try {
    return (await ask(connection, statement)).rows
  } finally {
    connection.close()
  }
}

async function loginError(): Promise<number | undefined> {
  try {
    const connection = await open()
    connection.close()
    return undefined
  } catch (error) {
    assert.ok(error instanceof LoginRefused)
    return error.messages[0]?.number
  }
}

const lately = ({ activity }: Pick<typeof sql, 'activity'>) =>
  activity.latest.map(({ request, by, outcome }) => `${request} by ${by}: ${outcome}`)

function isOn(page: string, id: string): boolean {
  return page.includes(`<button type="submit" id="button-${id}" class="switch" aria-pressed="true">`)
}

async function get(path: string): Promise<string> {
  const { status, body } = await send('GET', path)
  assert.equal(status, 200)
  return body
}

async function token(): Promise<string> {
  return /name="token" value="([^"]+)"/.exec(await get('/'))?.[1] ?? assert.fail('There is no form.')
}

const press = (id: string, state: 'on' | 'off') => post('/switches', { switch: id, state })

/** Sends a form of the page; gives the address that the answer leads to. */
async function post(path: string, fields: Record<string, string> = {}) {
  const body = String(new URLSearchParams({ token: await token(), ...fields }))
  const { status, headers } = await send('POST', path, { origin: url, 'sec-fetch-site': 'same-origin' }, body)
  assert.equal(status, 303)
  return headers.location
}

/** Not fetch, which sets some of these headers itself. */
async function send(method: string, path: string, given: Record<string, string | undefined> = {}, body = '') {
  const all = { 'content-type': 'application/x-www-form-urlencoded', ...given }
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  const request = httpRequest(url, { method, path, headers: headers as Record<string, string> })
  request.end(body)
  const [response] = await once(request, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}
