// The built site as a process: dist/ alone in an empty folder, on environment variables alone.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startLocalCloud } from 'local-cloud'
import { seed } from '../infra/seed-local-cloud.ts'
import { eventually } from './support/eventually.ts'

const project = fileURLToPath(new URL('..', import.meta.url))
const cloud = await startLocalCloud({ seed })
after(() => cloud.close())

describe('dist/', () => {
  let folder: string
  before(async () => {
    const build = spawn(process.execPath, ['build.ts'], { cwd: project, stdio: 'inherit' })
    assert.deepEqual(await once(build, 'exit'), [0, null])
    folder = await mkdtemp(join(tmpdir(), 'keyless-dist-'))
    await cp(join(project, 'dist'), folder, { recursive: true })
  })
  after(() => rm(folder, { recursive: true }))

  it('serves every page when it is copied alone into an empty folder', async (t) => {
    const { origin } = await startDist(t)

    for (const path of ['/', '/documents', '/secret', '/products', '/products/1', '/healthz', '/readyz']) {
      const response = await fetch(`${origin}${path}`)
      assert.equal(response.status, 200, path)
      assert.ok((await response.text()).length > 10)
    }
    const page = await (await fetch(`${origin}/`)).text()
    for (const [, url] of page.matchAll(/<link [^>]*href="([^"]+)"/g)) {
      assert.equal((await fetch(`${origin}${url}`)).status, 200, url)
    }
  })

  it('listens before it has asked anything of Azure', async (t) => {
    const before = cloud.identity.requests.length
    const { origin } = await startDist(t)

    assert.equal((await fetch(`${origin}/healthz`)).status, 200)

    assert.equal(cloud.identity.requests.length, before)
  })

  it('reports every mistake in the settings and exits with 1', async () => {
    const { site, output } = spawnDist({ AZURE_CLIENT_ID: 'mine', AZURE_STORAGE_BLOB_ENDPOINT: '' })
    const [code] = await once(site, 'exit')

    assert.equal(code, 1)
    assert.match(output(), /AZURE_CLIENT_ID is not valid\. Set it to /)
    assert.match(output(), /AZURE_STORAGE_BLOB_ENDPOINT is missing\. Set it to /)
    assert.doesNotMatch(output(), /at .*server\.js/)
  })

  it('says so when the port is taken, and exits with 1', async (t) => {
    const { origin } = await startDist(t)
    const { site, output } = spawnDist({ PORT: new URL(origin).port })
    const [code] = await once(site, 'exit')

    assert.equal(code, 1)
    assert.match(output(), /choose another PORT/)
  })

  it('lets a running download finish after SIGTERM, takes no new one, and exits with 0', async (t) => {
    const bytes = randomBytes(32 * 1024 * 1024)
    await cloud.blobs.put('drained.bin', bytes)
    const { site, origin } = await startDist(t)
    const response = await fetch(`${origin}/documents/drained.bin`)
    const reader = response.body?.getReader()
    let received = (await reader?.read())?.value?.length ?? 0

    site.kill('SIGTERM')
    await eventually(async () => !(await answers(origin)))
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      received += part.value.length
    }

    assert.equal(received, bytes.length)
    assert.deepEqual(site.exitCode === null ? await once(site, 'exit') : [site.exitCode, null], [0, null])
  })

  it('exits at once after SIGTERM when nothing is running, idle connections or not', async (t) => {
    const { site, origin } = await startDist(t)
    await (await fetch(`${origin}/products`)).text()

    const started = Date.now()
    site.kill('SIGTERM')

    assert.deepEqual(await once(site, 'exit'), [0, null])
    assert.ok(Date.now() - started < 4_000)
  })

  it('loses no request that is running when SIGTERM comes', async (t) => {
    const { site, origin } = await startDist(t)
    cloud.blobs.faults.delayNext(500, { times: 40 })

    const running = Array.from({ length: 40 }, async () => {
      const response = await fetch(`${origin}/documents`)
      return `${response.status} ${(await response.text()).length > 0}`
    })
    await eventually(() => cloud.blobs.openRequests === 40)
    site.kill('SIGTERM')

    assert.deepEqual(new Set(await Promise.all(running)), new Set(['200 true']))
    assert.deepEqual(site.exitCode === null ? await once(site, 'exit') : [site.exitCode, null], [0, null])
  })

  it('ends at once on a second signal', async (t) => {
    await cloud.blobs.put('second signal.bin', randomBytes(32 * 1024 * 1024))
    const { site, origin, output } = await startDist(t)
    const response = await fetch(`${origin}/documents/second%20signal.bin`)
    await response.body?.getReader().read()

    site.kill('SIGTERM')
    await eventually(() => output().includes('draining'))
    site.kill('SIGTERM')

    assert.deepEqual(await once(site, 'exit'), [1, null])
  })

  for (const [name, bug] of [
    ['an error that nobody catches', "setTimeout(() => { throw new Error('a bug') }, 100)"],
    ['a promise that nobody awaits', "setTimeout(() => Promise.reject(new Error('a bug')), 100)"],
  ]) {
    it(`logs ${name} and exits with 1`, async () => {
      const { site, output } = spawnDist({
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug ?? '')}`,
      })
      const [code] = await once(site, 'exit')

      assert.equal(code, 1)
      const line = output()
        .split('\n')
        .find((each) => each.includes('"level":"fatal"'))
      assert.equal(JSON.parse(line ?? '{}').err?.message, 'a bug')
    })
  }

  function spawnDist(settings: Record<string, string>) {
    const site = spawn(process.execPath, ['--import', localhostNames, 'server.js'], {
      cwd: folder,
      env: { PORT: '0', ...cloud.env, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    for (const stream of [site.stdout, site.stderr])
      stream.on('data', (part) => {
        printed += part
      })
    return { site, output: () => printed }
  }

  async function startDist(t: TestContext) {
    const { site, output } = spawnDist({})
    t.after(() => site.kill('SIGKILL'))
    await eventually(() => output().includes('listening on'))
    const origin = /http:\/\/localhost:\d+/.exec(output())?.[0] ?? ''
    return { site, origin, output }
  }
})

const localhostNames = import.meta.resolve('local-cloud/localhost-names.ts')

async function answers(origin: string): Promise<boolean> {
  return fetch(`${origin}/healthz`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  )
}
