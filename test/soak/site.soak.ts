// Fifty visitors for a while, with faults that come and go: `npm run test:soak`.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { after, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { eventually } from '../support/eventually.ts'
import { pages, startApp } from '../support/start-app.ts'

const CLIENTS = 50
const MIB = 1024 * 1024

const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
after(() => agent.destroy())

const always = { times: Number.POSITIVE_INFINITY }

describe('a site under load while faults come and go', () => {
  it('gives no wrong byte and no answer but those promised, and comes to rest', async (t) => {
    const { cloud, port } = await startApp(t, {
      // As in production, but quick enough for each fault to be met, and survived, within seconds.
      requestMs: 2_000,
      tokenMs: 1_500,
      tokenFailureMs: 500,
      secretMs: 200,
      secretReadMs: 1_500,
      secretRetryMs: 500,
      secretStaleMs: 1_000,
      sqlLoginMs: 1_500,
      sqlIdleMs: 1_000,
      stallMs: 1_500,
      wakingDelaysMs: [200, 400, 800, 1_000, 1_000, 1_000, 1_000, 1_000],
    })
    // Tokens that soon expire keep the identity endpoint in the picture.
    cloud.identity.tokenLifetimeSeconds = 5
    const document = randomBytes(300_000)
    await cloud.blobs.put('soak.bin', document)
    const hash = createHash('sha256').update(document).digest('hex')

    const faults: [name: string, cause: () => void, clear: () => void][] = [
      [
        'the identity endpoint is out',
        () => cloud.identity.faults.failNext(500, always),
        () => cloud.identity.faults.clear(),
      ],
      [
        'the identity endpoint is silent',
        () => cloud.identity.faults.hangNext(always),
        () => cloud.identity.faults.clear(),
      ],
      [
        'the vault is throttled',
        () => cloud.vault.faults.failNext(429, { ...always, headers: { 'retry-after': '30' } }),
        () => cloud.vault.faults.clear(),
      ],
      [
        'downloads are cut',
        () => cloud.blobs.faults.cutNext(100_000, always),
        () => cloud.blobs.faults.clear(),
      ],
      [
        'storage drops connections',
        () => cloud.blobs.faults.dropNext(always),
        () => cloud.blobs.faults.clear(),
      ],
      ['SQL fails over', () => cloud.sql.dropConnections(), () => {}],
      [
        'the database is paused',
        () => {
          cloud.sql.logins.failNext(40613, always)
          cloud.sql.dropConnections()
        },
        () => cloud.sql.logins.clear(),
      ],
      ['queries hang', () => cloud.sql.faults.hangNext(always), () => cloud.sql.faults.clear()],
    ]

    let calm = true
    const counts = new Map<string, number>()
    const wrong: string[] = []
    const stop = new AbortController()
    const paths = [
      '/',
      ...pages.map(({ url }) => url),
      `${documentsUrl}/soak.bin`,
      `${productsUrl}?page=2`,
      `${productsUrl}/3`,
      '/healthz',
    ]

    async function visit(): Promise<void> {
      for (let i = Math.floor(Math.random() * paths.length); !stop.signal.aborted; i += 1) {
        const path = paths[i % paths.length] ?? '/'
        const startedCalm = calm
        const { status, body, whole, milliseconds } = await ask(port, path)
        counts.set(`${status}`, (counts.get(`${status}`) ?? 0) + 1)
        if (![200, 502, 503, 504].includes(status)) wrong.push(`${path}: ${status}`)
        if (milliseconds > 4_000) wrong.push(`${path}: ${milliseconds} ms`)
        if (status === 200 && whole && path.endsWith('soak.bin') && sha256(body) !== hash)
          wrong.push('wrong bytes')
        if (startedCalm && calm && (status !== 200 || !whole))
          wrong.push(`${path}: ${status} in calm weather`)
      }
    }

    const visitors = Array.from({ length: CLIENTS }, visit)
    await setTimeout(4_000)
    const warm = memory()

    for (const [name, cause, clear] of faults) {
      calm = false
      const before = new Map(counts)
      cause()
      await setTimeout(4_000)
      clear()
      const cleared = Date.now()
      await eventually(
        async () =>
          (await Promise.all(paths.map((path) => ask(port, path)))).every(({ status }) => status === 200),
        30_000,
      )
      t.diagnostic(`${name}: ${difference(counts, before)}; well again after ${Date.now() - cleared} ms`)
      // What began in trouble may still end in it.
      await setTimeout(2_500)
      calm = true
      await setTimeout(1_000)
    }

    stop.abort()
    await Promise.all(visitors)
    agent.destroy()
    const grown = memory() - warm
    t.diagnostic(
      `${JSON.stringify(Object.fromEntries(counts))}, memory grown by ${(grown / MIB).toFixed(1)} MiB`,
    )

    assert.deepEqual([...new Set(wrong)], [])
    assert.ok(grown < 48 * MIB, `memory grew by ${(grown / MIB).toFixed(1)} MiB`)
    await eventually(() => cloud.sql.openConnections === 0, 10_000)
    await eventually(() => cloud.blobs.openRequests === 0)
  })
})

interface Visit {
  status: number
  body: Buffer
  /** False when the connection was cut before the end. */
  whole: boolean
  milliseconds: number
}

function ask(port: number, path: string): Promise<Visit> {
  const started = Date.now()
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const end = (status: number, whole: boolean) =>
      resolve({ status, whole, body: Buffer.concat(chunks), milliseconds: Date.now() - started })
    const request = httpRequest({ host: '127.0.0.1', port, path, agent }, (response: IncomingMessage) => {
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('close', () => end(response.statusCode ?? 0, response.complete))
      response.on('error', () => {})
    })
    request.on('error', () => end(0, false))
    request.end()
  })
}

function memory(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function difference(now: Map<string, number>, before: Map<string, number>): string {
  return [...now].map(([status, count]) => `${count - (before.get(status) ?? 0)} × ${status}`).join(', ')
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
