// The built site under the command line of the template, run as App Service's start script runs it: by a shell.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { decode } from '@jridgewell/sourcemap-codec'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { at, resource } from '../infra/bicep.ts'
import { cloud, dist } from '../support/built-site.ts'
import { eventually } from '../support/eventually.ts'
import { noShell } from '../support/platform.ts'

const localhostNames = import.meta.resolve('local-cloud/localhost-names.ts')
const localNames = { NODE_OPTIONS: `--import=${localhostNames}` }
const commandLine = String(at(resource('Microsoft.Web/sites').value, 'properties.siteConfig.appCommandLine'))
// More than sockets buffer: a reader that stops keeps the download going.
const document = randomBytes(32 * 1024 * 1024)

describe(`the start script with “${commandLine}”`, () => {
  before(() => cloud.blobs.put('until the end.bin', document))

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
    const files = (await readdir(dist)).filter((file) => file.endsWith('.js.map'))
    const named = new Set<string>()
    for (const file of files) {
      const map = JSON.parse(await readFile(join(dist, file), 'utf8'))
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
      cwd: dist,
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
