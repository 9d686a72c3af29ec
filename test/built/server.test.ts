// The built site as a process: dist/ alone in an empty folder, on environment variables alone.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it, type TestContext } from 'node:test'
import { limits } from '../../src/limits.ts'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { cloud, dist, folder, project } from '../support/built-site.ts'
import { readBundles, startEntries } from '../support/bundles.ts'
import { eventually } from '../support/eventually.ts'
import { noSignals } from '../support/platform.ts'

const telemetryOn = { APPLICATIONINSIGHTS_CONNECTION_STRING: cloud.telemetry.connectionString }

describe('dist/, started once', () => {
  let origin: string
  let running: ReturnType<typeof spawnDist>
  before(async () => {
    cloud.identity.requests.length = 0
    running = spawnDist({})
    origin = await originOf(running)
  })
  after(() => running.site.kill('SIGKILL'))

  // First, while nothing else has been asked of the site.
  it('listens before it has asked anything of Azure', async () => {
    assert.equal((await fetch(`${origin}/healthz`)).status, 200)

    assert.deepEqual(cloud.identity.requests, [])
  })

  it('passes the smoke test of a deployment when it is copied alone into an empty folder', async () => {
    const smoke = spawn(process.execPath, [join(project, 'test/smoke/smoke.ts'), origin], { stdio: 'pipe' })
    const [output, [code]] = await Promise.all([text(smoke.stdout), once(smoke, 'exit')])

    assert.equal(code, 0, output)
    assert.match(output, new RegExp(`shows ${productsUrl} to browsers`))
  })

  it('serves its style sheet and icon from there', async () => {
    const page = await (await fetch(`${origin}/`)).text()
    const links = [...page.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, url = '']) => url)
    assert.notEqual(links.length, 0)
    for (const url of links) assert.equal((await fetch(`${origin}${url}`)).status, 200, url)
  })

  it('says in one sentence that the port is taken, and exits with 1', async () => {
    const { port } = new URL(origin)
    const { ended, output } = spawnDist({ PORT: port })
    const [code] = await ended

    assert.equal(output(), `Port ${port} is in use by another process. Set PORT to another one.\n`)
    assert.equal(code, 1)
  })
})

describe('dist/', () => {
  it('holds nothing of the local cloud', async () => {
    const maps = (await readdir(dist)).filter((file) => file.endsWith('.map'))
    const sources = (await Promise.all(maps.map((file) => readFile(join(dist, file), 'utf8')))).flatMap(
      (map) => JSON.parse(map).sources,
    )

    assert.ok(sources.some((source: string) => source.endsWith('/src/server.ts')))
    assert.deepEqual(
      sources.filter((source: string) => source.includes('local-cloud')),
      [],
    )
    assert.deepEqual(
      (await readdir(dist, { recursive: true })).filter((file) => /switchboard/.test(file)),
      [],
    )
  })

  it('holds no code that asks the machine for its id', async () => {
    assert.deepEqual(
      (await readdir(dist)).filter((file) => /machine/i.test(file)),
      [],
    )
  })

  it('reports every mistake in the settings and exits with 1', async () => {
    const { ended, output } = spawnDist({ AZURE_CLIENT_ID: 'mine', AZURE_STORAGE_BLOB_ENDPOINT: '' })
    const [code] = await ended

    assert.equal(code, 1)
    assert.match(output(), /AZURE_CLIENT_ID is not valid\. Set it to /)
    assert.match(output(), /AZURE_STORAGE_BLOB_ENDPOINT is missing\. Set it to /)
    assert.doesNotMatch(output(), /at .*server\.js/)
  })

  it('exits with 1 when DefaultAzureCredential does not accept its settings, although nobody has visited', async () => {
    const { ended, output } = spawnDist({ AZURE_TOKEN_CREDENTIALS: 'none' })
    const [code] = await ended

    assert.equal(code, 1)
    assert.match(output(), /"level":"fatal".*Invalid value for AZURE_TOKEN_CREDENTIALS/)
  })

  it('says in one sentence that Node.js is too old, and exits with 1', async () => {
    const older = "Object.defineProperty(process.versions, 'node', { value: '20.20.2' })"
    const { ended, output } = spawnDist({ NODE_OPTIONS: preload(older) })
    const [code] = await ended

    assert.match(
      output(),
      /^The site needs Node\.js 24, and this is 20\.20\.2: .*`npm start` or `npx node …`\.\n$/,
    )
    assert.equal(code, 1)
  })

  it('imports nothing by name that would keep an older Node.js from saying so', async () => {
    for (const bundle of await loadedAtStart()) {
      assert.doesNotMatch(bundle, /import\{[^}]*(?:findPackageJSON|enableCompileCache)/)
    }
  })

  it('leaves for later what a start does not need', async () => {
    const bundles = await loadedAtStart()

    const bytes = bundles.reduce((sum, bundle) => sum + Buffer.byteLength(bundle), 0)
    assert.ok(bytes < 1024 * 1024, `${bytes} bytes`)
    for (const bundle of bundles) {
      // The packages of Azure.
      assert.doesNotMatch(bundle, /\b(?:DefaultAzureCredential|BlobServiceClient|SecretClient)=class/)
      // The driver of Azure SQL, its calendars and code pages, listings in Apache Arrow, and telemetry.
      assert.doesNotMatch(
        bundle,
        /node_modules\/(?:tedious|@js-joda|iconv-lite\/encodings|apache-arrow|@opentelemetry)\/[^"]+"\(/,
      )
      // As a module, it would load undici, which nothing here uses.
      assert.doesNotMatch(bundle, /from"(?:node:)?http"/)
    }
  })

  it('does not read the code pages at the start', { skip: noSignals }, async (t) => {
    const tell = `import { _cache } from 'node:module'
      process.on('exit', () => console.log('required:', ...Object.keys(_cache)))`
    const { site, ended, output } = await startDist(t, { NODE_OPTIONS: preload(tell) })

    site.kill('SIGTERM')
    await ended

    assert.match(output(), /^required:$/m)
  })

  const cacheFolder = `keyless-express-${process.getuid?.() ?? 'cache'}`

  it('compiles less when it starts again', { skip: noSignals }, async (t) => {
    const temporary = await startWithTemporaryFolder(t)

    const cache = await readdir(join(temporary, cacheFolder), { recursive: true })
    assert.ok(cache.length > 2)
  })

  it('uses no compiled code from a folder that others can write to', { skip: noSignals }, async (t) => {
    const temporary = await startWithTemporaryFolder(t, async (folder) => {
      await mkdir(join(folder, cacheFolder))
      await chmod(join(folder, cacheFolder), 0o777)
    })

    assert.deepEqual(await readdir(join(temporary, cacheFolder)), [])
  })

  it('starts without a temporary folder', { skip: noSignals }, async (t) => {
    await startWithTemporaryFolder(t, (folder) =>
      rm(folder, { recursive: true }).then(() => writeFile(folder, '')),
    )
  })

  /** Starts and stops the site. Returns its temporary folder. */
  async function startWithTemporaryFolder(t: TestContext, prepare?: (folder: string) => Promise<unknown>) {
    const temporary = await mkdtemp(join(tmpdir(), 'keyless-cache-'))
    t.after(() => rm(temporary, { recursive: true, maxRetries: 5 }))
    await prepare?.(temporary)
    const { ended, site, origin } = await startDist(t, { TMPDIR: temporary, TEMP: temporary })
    assert.equal((await fetch(`${origin}/healthz`)).status, 200)
    site.kill('SIGTERM')
    await ended
    return temporary
  }

  it('reads .env on npm start, for what the environment does not hold', async (t) => {
    const { scripts } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'))
    const { PORT, ...settings } = { PORT: '0', ...cloud.env }
    const lines = Object.entries({ ...settings, PORT: 'none' }).map(([name, value]) => `${name}=${value}`)
    await writeFile(join(folder, '.env'), lines.join('\n'))
    t.after(() => rm(join(folder, '.env')))

    const [, ...options] = scripts.start.split(' ')
    await listening(t, watch(spawn(process.execPath, options, { cwd: folder, env: { PORT } })))
  })

  it('lets a running download finish after SIGTERM, takes no new one, and exits with 0', {
    skip: noSignals,
  }, async (t) => {
    const bytes = randomBytes(32 * 1024 * 1024)
    await cloud.blobs.put('drained.bin', bytes)
    const { site, ended, origin } = await startDist(t)
    const response = await fetch(`${origin}${documentsUrl}/drained.bin`)
    const reader = response.body?.getReader()
    let received = (await reader?.read())?.value?.length ?? 0

    site.kill('SIGTERM')
    await eventually(async () => !(await answers(origin)))
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      received += part.value.length
    }

    assert.equal(received, bytes.length)
    assert.deepEqual(await ended, [0, null])
  })

  it('exits at once after SIGTERM when nothing is running, idle connections or not', {
    skip: noSignals,
  }, async (t) => {
    const { site, ended, origin } = await startDist(t)
    await (await fetch(`${origin}${productsUrl}`)).text()

    const started = Date.now()
    site.kill('SIGTERM')

    assert.deepEqual(await ended, [0, null])
    assert.ok(Date.now() - started < limits.drainMs)
  })

  it('loses no request that is running when SIGTERM comes', { skip: noSignals }, async (t) => {
    const { site, ended, origin } = await startDist(t)
    const before = cloud.blobs.requests.length
    cloud.blobs.faults.delayNext(500, { times: 40 })

    // Each asks for something else, for equal listings are asked for once.
    const running = Array.from({ length: 40 }, async (_, i) => {
      const response = await fetch(`${origin}${documentsUrl}?limit=${i + 1}`)
      return `${response.status} ${(await response.text()).length > 0}`
    })
    await eventually(() => cloud.blobs.requests.length === before + 40)
    site.kill('SIGTERM')

    assert.deepEqual(new Set(await Promise.all(running)), new Set(['200 true']))
    assert.deepEqual(await ended, [0, null])
  })

  it('ends at once on a second signal', { skip: noSignals }, async (t) => {
    await cloud.blobs.put('second signal.bin', randomBytes(32 * 1024 * 1024))
    const { site, ended, origin } = await startDist(t)
    const response = await fetch(`${origin}${documentsUrl}/second%20signal.bin`)
    await response.body?.getReader().read()

    // The second one can come at any time after the first.
    const signals = setInterval(() => site.kill('SIGTERM'), 1)
    t.after(() => clearInterval(signals))

    assert.deepEqual(await ended, [1, null])
  })

  for (const [name, bug] of [
    ['an error that nobody catches', "throw new Error('a bug')"],
    ['a promise that nobody awaits', "Promise.reject(new Error('a bug'))"],
  ]) {
    it(`logs ${name} and exits with 1`, async () => {
      // As soon as the site watches for both.
      const later = `process.on('newListener', (event) => {
        if (event === 'unhandledRejection') setImmediate(() => { ${bug} })
      })`
      const { ended, output } = spawnDist({ NODE_OPTIONS: preload(later) })
      const [code] = await ended

      assert.equal(code, 1)
      const line = output()
        .split('\n')
        .find((each) => each.includes('"level":"fatal"'))
      assert.equal(JSON.parse(line ?? '{}').err?.message, 'a bug')
    })
  }

  it('loads nothing of telemetry when it is off', async (t) => {
    const bundle = join(dist, 'telemetry.js')
    await rename(bundle, `${bundle}.away`)
    t.after(() => rename(`${bundle}.away`, bundle))

    const { origin } = await startDist(t)

    assert.equal((await fetch(origin)).status, 200)
    for (const bundle of await loadedAtStart()) {
      assert.doesNotMatch(bundle, /opentelemetry\.io|SpanProcessor/)
    }
  })

  it('connects to nothing but Azure and the ingestion endpoint when telemetry is on', {
    skip: noSignals,
  }, async (t) => {
    const loopbackOnly = `--import=${import.meta.resolve('../support/loopback-only.ts')}`
    const { site, ended, origin, output } = await startDist(t, { ...telemetryOn, NODE_OPTIONS: loopbackOnly })
    await cloud.telemetry.reset()
    await (await fetch(`${origin}${productsUrl}`)).text()

    await eventually(() => cloud.telemetry.items().length > 0)
    site.kill('SIGTERM')

    assert.deepEqual(await ended, [0, null])
    assert.doesNotMatch(output(), /A connection to/)
  })

  it('sends the last telemetry after SIGTERM', { skip: noSignals }, async (t) => {
    const { site, ended, origin } = await startDist(t, telemetryOn)
    await cloud.telemetry.reset()
    await (await fetch(`${origin}${productsUrl}`)).text()

    site.kill('SIGTERM')

    assert.deepEqual(await ended, [0, null])
    const sent = cloud.telemetry.items().map(({ data: { baseData } }) => baseData.name ?? baseData.message)
    for (const name of [`GET ${productsUrl}`, 'answered', 'draining'])
      assert.ok(sent.includes(name), `${name} in ${sent}`)
    assert.ok(cloud.telemetry.items().some(({ data }) => data.baseType === 'MetricData'))
  })

  const outages: Record<string, () => void> = {
    hangs: () => cloud.telemetry.faults.hangNext({ times: Infinity }),
    'breaks off': () => cloud.telemetry.faults.dropNext({ times: Infinity }),
    'refuses everything': () => cloud.telemetry.faults.failNext(401, { times: Infinity }),
    'cannot be reached': () => {},
  }
  for (const [outage, begin] of Object.entries(outages)) {
    it(`exits after SIGTERM when the ingestion endpoint ${outage}, with one line about it`, {
      skip: noSignals,
    }, async (t) => {
      const address = telemetryOn.APPLICATIONINSIGHTS_CONNECTION_STRING
      const nowhere = address.replace(/(?<=127\.0\.0\.1:)\d+/, '9')
      const { site, ended, origin, output } = await startDist(t, {
        APPLICATIONINSIGHTS_CONNECTION_STRING: outage === 'cannot be reached' ? nowhere : address,
      })
      begin()
      t.after(() => cloud.telemetry.faults.clear())
      for (let i = 0; i < 20; i += 1) assert.equal((await fetch(origin)).status, 200)

      const started = Date.now()
      site.kill('SIGTERM')

      assert.deepEqual(await ended, [0, null])
      assert.ok(Date.now() - started < limits.drainMs)
      assert.ok(output().split('telemetry cannot be sent').length <= 2, output())
      assert.doesNotMatch(output(), /^[^{\n]/m)
    })
  }

  const loadedAtStart = () => readBundles(dist, startEntries)
})

function spawnDist(settings: Record<string, string>) {
  const options = ['--import', import.meta.resolve('local-cloud/localhost-names.ts'), 'server.js']
  const env = { PORT: '0', ...cloud.env, ...settings }
  return watch(spawn(process.execPath, options, { cwd: dist, env }))
}

const startDist = (t: TestContext, settings: Record<string, string> = {}) => listening(t, spawnDist(settings))

const preload = (code: string) => `--import=data:text/javascript,${encodeURIComponent(code)}`

function watch(site: ChildProcess) {
  let printed = ''
  for (const stream of [site.stdout, site.stderr])
    stream?.on('data', (part) => {
      printed += part
    })
  // Not before its output has been read to the end.
  return { site, ended: once(site, 'close'), output: () => printed }
}

async function listening(t: TestContext, running: ReturnType<typeof watch>) {
  t.after(() => running.site.kill('SIGKILL'))
  return { ...running, origin: await originOf(running) }
}

async function originOf({ site, output }: ReturnType<typeof watch>): Promise<string> {
  await eventually(() => output().includes('listening on') || site.exitCode !== null)
  const [origin] = /http:\/\/localhost:\d+/.exec(output()) ?? []
  assert.ok(origin, output())
  return origin
}

async function answers(origin: string): Promise<boolean> {
  return fetch(`${origin}/healthz`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  )
}
