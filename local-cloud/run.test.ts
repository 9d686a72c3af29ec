// run.js as its users meet it: from a shell, with a command.
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, statSync } from 'node:fs'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'

const telemetryOfCaller = { APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=of-the-caller' }
const project = path.join(import.meta.dirname, '..')
const noSignals = process.platform === 'win32' && 'Windows has no SIGTERM'

/** Runs a program in the local cloud. */
function run(
  program: string,
  {
    folder = project,
    own = ['--'],
    command = [process.execPath, '--eval', program],
    nodeOptions = '--no-deprecation',
    env = {},
  } = {},
) {
  const options = ['local-cloud/run.js', ...own, ...command]
  return spawn(process.execPath, options, {
    cwd: folder,
    // A proxy that leads nowhere: nothing here may go through it.
    env: { ...process.env, NODE_OPTIONS: nodeOptions, HTTPS_PROXY: 'http://127.0.0.1:9', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function ended({ stdout, stderr }: ChildProcess, exit: Promise<unknown[]>) {
  assert.ok(stdout && stderr)
  const [printed, complained, [code]] = await Promise.all([text(stdout), text(stderr), exit])
  return { printed, complained, code }
}

describe('env.ts', () => {
  it('tells another process of the cloud that runs, in a file for this user alone, which goes with the cloud', async (t) => {
    const temporary = await mkdtemp(path.join(tmpdir(), 'env test '))
    t.after(() => rm(temporary, { recursive: true, maxRetries: 10 }))
    const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary }
    const ask = (...options: string[]) =>
      promisify(execFile)(process.execPath, ['local-cloud/env.ts', ...options], {
        cwd: project,
        env: { ...process.env, ...env },
      })
    const child = run('console.log(process.pid); setInterval(() => {}, 1000)', { env })
    const [pid] = await once(child.stdout ?? assert.fail(), 'data')
    const all = await ask()
    const bash = await ask('--bash')
    const token = await ask('--token')
    const [folder = ''] = globSync('local-cloud-*/running.json', { cwd: temporary })
    const { mode } = statSync(path.join(temporary, folder))
    process.kill(Number(pid), 'SIGKILL')
    const [code] = await once(child, 'exit')

    const [, payload = ''] = token.stdout.split('.')
    const { aud, upn } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    assert.deepEqual([aud, upn], ['https://database.windows.net/', 'deployer@keyless.example'])
    assert.ok(all.stdout.includes(token.stdout.split('.')[0] ?? assert.fail()))
    assert.match(all.stdout, /\$env:IDENTITY_HEADER = '/)
    assert.match(bash.stdout, /^export IDENTITY_HEADER='[^']+'$/m)
    assert.match(bash.stdout, /^export NODE_EXTRA_CA_CERTS='[^']+'$/m)
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600)
    await assert.rejects(ask(), { code: 1, stderr: /^No local cloud is running/ })
    // As a shell would when its command was killed.
    if (process.platform !== 'win32') assert.equal(code, 137)
  })

  it('says how it is used when it is asked for two things at once', async () => {
    const asked = promisify(execFile)(process.execPath, ['local-cloud/env.ts', '--bash', '--token'], {
      cwd: project,
    })

    await assert.rejects(asked, { code: 2, stderr: /^Usage: node local-cloud\/env\.ts/ })
  })
})

describe('run.js without options, in a folder with spaces', () => {
  let folder: string
  let result: Awaited<ReturnType<typeof ended>>
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'run test '))
    const copied = ['package.json', 'local-cloud']
    await Promise.all(
      copied.map((name) => cp(path.join(project, name), path.join(folder, name), { recursive: true })),
    )
    await symlink(path.join(project, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
    const program = `fetch(process.env.AZURE_KEY_VAULT_ENDPOINT + '/secrets/any').then(({ status }) => {
      const { NODE_EXTRA_CA_CERTS: bundle, APPLICATIONINSIGHTS_CONNECTION_STRING: telemetry } = process.env
      console.log(JSON.stringify({ status, quiet: process.noDeprecation, bundle, telemetry }))
      process.exit(7)
    })`
    const env = { NODE_COMPILE_CACHE: path.join(folder, 'compiled'), ...telemetryOfCaller }
    const child = run(program, { folder, env })
    result = await ended(child, once(child, 'exit'))
  })
  after(() => rm(folder, { recursive: true, maxRetries: 10 }))

  it('gives the command the cloud and passes on its exit code', () => {
    const { status, quiet, bundle } = JSON.parse(result.printed)
    assert.equal(status, 401) // it was found by name, trusted, and wants a token
    assert.equal(quiet, true) // what NODE_OPTIONS held before is still there
    assert.equal(result.code, 7)
    assert.match(result.complained, /^The local cloud is up:\n/)
    assert.equal(existsSync(path.dirname(bundle)), false)
  })

  it('has no switchboard', () => {
    assert.doesNotMatch(result.complained, /what it is asked/)
  })

  it('has the command send telemetry nowhere', () => {
    assert.equal('telemetry' in JSON.parse(result.printed), false)
  })

  it('shares one folder of compiled code among its processes', () => {
    assert.deepEqual(
      globSync('**/v*', { cwd: path.join(folder, 'compiled') }).map((name) => path.dirname(name)),
      ['.'],
    )
  })
})

describe('run.js with --seed, --pretty and --telemetry', () => {
  let result: Awaited<ReturnType<typeof ended>>
  before(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'run test '))
    const seed = path.join(folder, 'my seed.ts')
    await writeFile(seed, `export const seed = { secret: { name: 'mine', value: 'seeded' } }`)
    const record = { level: 'info', time: '2026-11-27T12:00:00.000Z', status: 200, msg: 'answered' }
    const program = `console.log(${JSON.stringify(JSON.stringify(record))})
      console.log('as it is')
      console.log(process.env.AZURE_KEY_VAULT_SECRET_NAME)
      console.log(process.env.APPLICATIONINSIGHTS_CONNECTION_STRING)`
    const own = ['--seed', seed, '--pretty', '--telemetry', '--']
    const child = run(program, { own, env: telemetryOfCaller })
    result = await ended(child, once(child, 'exit'))
    await rm(folder, { recursive: true, maxRetries: 10 })
  })

  it('prints log records readably, and other lines as they are', () => {
    assert.equal(result.code, 0)
    assert.match(result.printed, /^\[\d\d:\d\d:\d\d\] INFO: answered \{"status":200\}\nas it is\n/)
  })

  it('seeds the services with what a module exports', () => {
    assert.equal(result.printed.split('\n')[2], 'mine')
  })

  it('has the command send telemetry to the cloud', () => {
    assert.match(
      result.printed,
      /\nInstrumentationKey=[0-9a-f-]{36};IngestionEndpoint=https:\/\/127\.0\.0\.1:\d+\/;AADAudience=https:\/\/monitor\.azure\.com\n$/,
    )
  })
})

describe('run.js', { concurrency: 4 }, () => {
  it('fails when there is nothing to seed from', async () => {
    const child = run('', { own: ['--seed', 'local-cloud/service.ts', '--'] })

    const { complained, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 1)
    assert.match(complained, /local-cloud\/service\.ts exports no `seed`/)
  })

  it('says so when there is no such command', async () => {
    const child = run('', { command: ['no-such-command'] })

    const { complained, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 127)
    assert.match(complained, /Cannot run no-such-command: .*ENOENT/)
  })

  it('explains itself when there is no command at all', async () => {
    const child = run('', { command: [] })

    const { complained, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 2)
    assert.match(complained, /^Usage: /)
  })

  it('says in one sentence that Node.js is too old', async () => {
    const older = "Object.defineProperty(process.versions, 'node', { value: '20.20.2' })"
    const nodeOptions = `--import=data:text/javascript,${encodeURIComponent(older)}`
    const child = run('', { nodeOptions })

    const { complained, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 1)
    assert.match(complained, /^The local cloud needs Node\.js 24, and this is 20\.20\.2: .*`npx node …`\.\n$/)
  })

  it('starts the command anew from the switchboard, passes on a signal once, and waits until the command has drained', {
    skip: noSignals,
  }, async (t) => {
    const child = run(
      `process.on('SIGTERM', () => { console.log('draining'); setTimeout(process.exit, 200, 3) })
       setInterval(() => {}, 1000)
       console.log('ready')`,
      { own: ['--switchboard', '--'] },
    )
    t.after(() => child.kill('SIGKILL'))
    const result = ended(child, once(child, 'exit'))
    const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const [complained] = await Promise.all([once(child.stderr, 'data'), printed.next()])

    const [, url = ''] = /and see what it is asked: (\S+)/.exec(String(complained)) ?? []
    const page = await (await fetch(url)).text()
    const [, token = ''] = /name="token" value="([^"]+)"/.exec(page) ?? []
    const body = new URLSearchParams({ token })
    const pressed = await fetch(`${url}/restart`, { method: 'POST', body, headers: { origin: url } })
    assert.match(await pressed.text(), /The site is restarting…/)
    assert.deepEqual([(await printed.next()).value, (await printed.next()).value], ['draining', 'ready'])

    child.kill('SIGTERM')
    await printed.next()
    child.kill('SIGTERM')
    assert.equal((await result).printed, 'ready\ndraining\nready\ndraining\n')
    assert.equal((await result).code, 3)
    await assert.rejects(fetch(url))
  })

  it('explains itself when it does not know an option', async () => {
    const child = run('', { own: ['--sed', 'seed.ts', '--'] })

    const { complained, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 2)
    assert.match(complained, /^Usage: /)
  })
})
