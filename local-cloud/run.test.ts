// run.js as its users meet it: from a shell, with a command.
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, statSync } from 'node:fs'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'

const project = path.join(import.meta.dirname, '..')

/** Runs a program in the local cloud. */
function run(
  program: string,
  {
    folder = project,
    own = ['--'],
    command = [process.execPath, '--eval', program],
    nodeOptions = '--title=keyless',
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
    t.after(() => rm(temporary, { recursive: true }))
    const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary }
    const ask = (...options: string[]) =>
      promisify(execFile)(process.execPath, ['local-cloud/env.ts', ...options], {
        cwd: project,
        env: { ...process.env, ...env },
      })
    const child = run('console.log("up"); setInterval(() => {}, 1000)', { env })
    await once(child.stdout ?? assert.fail(), 'data')
    const all = await ask()
    const bash = await ask('--bash')
    const token = await ask('--token')
    const [folder = ''] = globSync('local-cloud-*/running.json', { cwd: temporary })
    const { mode } = statSync(path.join(temporary, folder))
    child.kill()
    await once(child, 'exit')

    const [, payload = ''] = token.stdout.split('.')
    const { aud, upn } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    assert.deepEqual([aud, upn], ['https://database.windows.net/', 'deployer@keyless.example'])
    assert.ok(all.stdout.includes(token.stdout.split('.')[0] ?? assert.fail()))
    assert.match(all.stdout, /\$env:IDENTITY_HEADER = '/)
    assert.match(bash.stdout, /^export IDENTITY_HEADER='[^']+'$/m)
    assert.match(bash.stdout, /^export NODE_EXTRA_CA_CERTS='[^']+'$/m)
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600)
    await assert.rejects(ask(), { code: 1, stderr: /^No local cloud is running/ })
  })

  it('says how it is used when it is asked for two things at once', async () => {
    const asked = promisify(execFile)(process.execPath, ['local-cloud/env.ts', '--bash', '--token'], {
      cwd: project,
    })

    await assert.rejects(asked, { code: 2, stderr: /^Usage: node local-cloud\/env\.ts/ })
  })
})

describe('run.js', { concurrency: 4 }, () => {
  it('gives the command the cloud and passes on its exit code, in a folder with spaces too', async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'run test '))
    t.after(() => rm(folder, { recursive: true }))
    const copied = ['package.json', 'local-cloud']
    await Promise.all(
      copied.map((name) => cp(path.join(project, name), path.join(folder, name), { recursive: true })),
    )
    await symlink(path.join(project, 'node_modules'), path.join(folder, 'node_modules'), 'junction')

    const child = run(
      `fetch(process.env.AZURE_KEY_VAULT_ENDPOINT + '/secrets/any').then(({ status }) => {
        console.log(JSON.stringify({ status, title: process.title, bundle: process.env.NODE_EXTRA_CA_CERTS }))
        process.exit(7)
      })`,
      { folder },
    )
    const { printed, complained, code } = await ended(child, once(child, 'exit'))

    const { status, title, bundle } = JSON.parse(printed)
    assert.equal(status, 401) // it was found by name, trusted, and wants a token
    assert.equal(title, 'keyless') // what NODE_OPTIONS held before is still there
    assert.equal(code, 7)
    assert.match(complained, /^The local cloud is up:\n/)
    assert.equal(existsSync(path.dirname(bundle)), false)
  })

  it('seeds the services with what a module exports', async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'run test '))
    t.after(() => rm(folder, { recursive: true }))
    const seed = path.join(folder, 'my seed.ts')
    await writeFile(seed, `export const seed = { secret: { name: 'mine', value: 'seeded' } }`)

    const child = run('console.log(process.env.AZURE_KEY_VAULT_SECRET_NAME)', { own: ['--seed', seed, '--'] })

    assert.deepEqual((await ended(child, once(child, 'exit'))).printed, 'mine\n')
  })

  it('fails when there is nothing to seed from', async () => {
    const child = run('', { own: ['--seed', 'local-cloud/service.ts', '--'] })

    const { complained, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 1)
    assert.match(complained, /local-cloud\/service\.ts exports no `seed`/)
  })

  it('passes on a signal once and waits until the command has drained', {
    skip: process.platform === 'win32',
  }, async () => {
    const child = run(
      `process.on('SIGTERM', () => { console.log('draining'); setTimeout(process.exit, 200, 3) })
       setInterval(() => {}, 1000)
       console.log('ready')`,
    )
    child.stdout.once('data', () => {
      child.kill('SIGTERM')
      child.stdout.once('data', () => child.kill('SIGTERM'))
    })

    const { printed, code } = await ended(child, once(child, 'exit'))

    assert.equal(printed, 'ready\ndraining\n')
    assert.equal(code, 3)
  })

  it('ends as a shell would when the command was killed', {
    skip: process.platform === 'win32',
  }, async () => {
    const child = run(`process.kill(process.pid, 'SIGKILL')`)

    assert.equal((await ended(child, once(child, 'exit'))).code, 137)
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

  it('prints log records readably when asked to, and other lines as they are', async () => {
    const record = { level: 'info', time: '2026-11-27T12:00:00.000Z', status: 200, msg: 'answered' }
    const program = `console.log(${JSON.stringify(JSON.stringify(record))}); console.log('as it is')`
    const child = run(program, { own: ['--pretty', '--'] })

    const { printed, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 0)
    assert.match(printed, /^\[\d\d:\d\d:\d\d\] INFO: answered \{"status":200\}\nas it is\n$/)
  })

  it('prints the address of a switchboard when asked to, which starts the command anew', {
    skip: process.platform === 'win32',
  }, async (t) => {
    const program = `process.on('SIGTERM', () => process.exit(4)); console.log('started'); setInterval(() => {}, 1000)`
    const child = run(program, { own: ['--switchboard', '--'] })
    t.after(() => child.kill('SIGTERM'))
    const exit = once(child, 'exit')
    const complained = once(child.stderr, 'data')
    await once(child.stdout, 'data')

    const [, url = ''] = /and see what it is asked: (\S+)/.exec(String(await complained)) ?? []
    const page = await (await fetch(url)).text()
    const [, token = ''] = /name="token" value="([^"]+)"/.exec(page) ?? []
    const body = new URLSearchParams({ token })
    const pressed = await fetch(`${url}/restart`, { method: 'POST', body, headers: { origin: url } })
    assert.match(await pressed.text(), /The site is restarting…/)
    assert.equal(String(await once(child.stdout, 'data')), 'started\n')

    child.kill('SIGTERM')
    assert.equal((await exit)[0], 4)
    await assert.rejects(fetch(url))
  })

  it('has no switchboard unless it is asked for one', async () => {
    const child = run('')

    assert.doesNotMatch((await ended(child, once(child, 'exit'))).complained, /what it is asked/)
  })

  it('has the command send telemetry to it when asked to, and nowhere otherwise', async () => {
    const program = `console.log(process.env.APPLICATIONINSIGHTS_CONNECTION_STRING)`
    const ofCaller = { APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=of-the-caller' }
    const children = [['--telemetry', '--'], ['--']].map((own) => run(program, { own, env: ofCaller }))

    const [sending, silent] = await Promise.all(children.map((child) => ended(child, once(child, 'exit'))))

    assert.match(
      sending?.printed ?? '',
      /^InstrumentationKey=[0-9a-f-]{36};IngestionEndpoint=https:\/\/127\.0\.0\.1:\d+\/;AADAudience=https:\/\/monitor\.azure\.com\n$/,
    )
    assert.equal(silent?.printed, 'undefined\n')
  })

  it('explains itself when it does not know an option', async () => {
    const child = run('', { own: ['--sed', 'seed.ts', '--'] })

    const { complained, code } = await ended(child, once(child, 'exit'))

    assert.equal(code, 2)
    assert.match(complained, /^Usage: /)
  })
})
