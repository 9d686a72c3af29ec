// The built site under the command line of the template, run as App Service's start script runs it: by a shell.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decode } from '@jridgewell/sourcemap-codec'
import { startLocalCloud } from 'local-cloud'
import { seed } from '../../infra/seed-local-cloud.ts'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { eventually } from '../support/eventually.ts'
import { noShell } from '../support/platform.ts'
import { at, resource } from './bicep.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const localhostNames = import.meta.resolve('local-cloud/localhost-names.ts')
const localNames = { NODE_OPTIONS: `--import=${localhostNames}` }
const commandLine = String(at(resource('Microsoft.Web/sites').value, 'properties.siteConfig.appCommandLine'))
// More than sockets buffer: a reader that stops keeps the download going.
const document = randomBytes(32 * 1024 * 1024)

const cloud = await startLocalCloud({ seed })
after(() => cloud.close())

describe(`the start script with “${commandLine}”`, () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyless-wwwroot-'))
    const build = spawn(process.execPath, ['build.ts', folder], { cwd: project, stdio: 'inherit' })
    assert.deepEqual(await once(build, 'exit'), [0, null])
    await cloud.blobs.put('until the end.bin', document)
  })
  after(() => rm(folder, { recursive: true, maxRetries: 5 }))

  it('passes SIGTERM on: the site finishes a running download and ends with 0', {
    skip: noShell,
  }, async (t) => {
    const { script, origin } = await start(t, commandLine)
    const response = await fetch(`${origin}${documentsUrl}/until%20the%20end.bin`)

    script.kill('SIGTERM')

    assert.equal((await response.arrayBuffer()).byteLength, document.length)
    assert.deepEqual(await exit(script), [0, null])
  })

  it('would lose the signal without exec: the site is never told', { skip: noShell }, async (t) => {
    const { script, origin } = await start(t, commandLine.replace('exec ', ''))

    script.kill('SIGTERM')

    assert.notDeepEqual(await exit(script), [0, null])
    assert.equal((await fetch(`${origin}/healthz`)).status, 200)
  })

  it('makes the log name the files and lines of src/', { skip: noShell }, async (t) => {
    const { origin, output } = await start(t, commandLine)
    cloud.sql.logins.failNext(18456)

    assert.equal((await fetch(`${origin}${productsUrl}`)).status, 503)

    const line = output()
      .split('\n')
      .find((each) => each.includes('"level":"error"'))
    assert.match(JSON.parse(line ?? '{}').err?.stack, /\/src\/azure\/[\w-]+\.ts:\d+:\d+/)
  })

  it('finds nothing of the packages in the source maps, which Node reads whole before it listens', async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.js.map'))
    const named = new Set<string>()
    for (const file of files) {
      const map = JSON.parse(await readFile(join(folder, file), 'utf8'))
      for (const [, source] of decode(map.mappings).flat()) {
        if (source !== undefined) named.add(map.sources[source])
      }
    }
    assert.ok(named.size > 20)
    for (const source of named) assert.match(source, /[\\/]src[\\/]/)
  })

  async function start(t: TestContext, command: string) {
    const running = run(t, command)
    await eventually(() => running.output().includes('listening on'), 30_000)
    const origin = /http:\/\/localhost:\d+/.exec(running.output())?.[0] ?? ''
    return { ...running, origin }
  }

  /** Runs a command as the last line of a script, with PATH before it as in App Service's. */
  function run(t: TestContext, command: string) {
    const script = spawn('sh', {
      cwd: folder,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        PORT: '0',
        ...cloud.env,
        ...localNames,
      },
      // A process group, so that what the shell leaves behind can be ended too.
      detached: true,
    })
    t.after(() => endGroup(script))
    script.stdin.end(`PATH="$PATH:/opt/startup" ${command}\n`)
    let printed = ''
    for (const stream of [script.stdout, script.stderr])
      stream.on('data', (part) => {
        printed += part
      })
    return { script, output: () => printed }
  }
})

async function exit(process: ChildProcess) {
  const { exitCode, signalCode } = process
  return exitCode === null && signalCode === null ? await once(process, 'exit') : [exitCode, signalCode]
}

function endGroup({ pid }: ChildProcess) {
  try {
    process.kill(-Number(pid), 'SIGKILL')
  } catch {
    // Nothing is left.
  }
}
