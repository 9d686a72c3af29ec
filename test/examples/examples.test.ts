// The examples, run as whole processes on the local cloud.
import assert from 'node:assert/strict'
import { type ChildProcess, exec, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, beforeEach, describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { createClient } from '@redis/client'
import { json, serve } from 'local-cloud/http.ts'
import { startExamplesCloud } from '../../examples/local/cloud.ts'
import { startRedis } from '../../examples/local/redis.ts'
import { signIn } from '../../examples/local/sign-in.ts'
import { eventually } from '../support/eventually.ts'
import { noRedis } from '../support/platform.ts'

const root = path.join(import.meta.dirname, '../..')
const examples = globSync('*.ts', { cwd: path.join(root, 'examples') }).map((file) =>
  path.basename(file, '.ts'),
)
const source = (name: string) => readFileSync(path.join(root, 'examples', `${name}.ts`), 'utf8')

const { cloud, env } = await startExamplesCloud()
after(() => cloud.close())
const { identity, vault } = cloud

/** Where Node keeps compiled code by default: compiling the SDKs anew takes half of an example's time. */
const compiled = path.join(tmpdir(), 'node-compile-cache')

const storage = 'https://storage.azure.com'
/** As the challenge of the vault names it, and as a program makes it from the host of the vault. */
const keyVault = { challenge: vault.resource, host: 'https://vault.localhost' }

beforeEach(() => {
  identity.requests.length = 0
  identity.issued.length = 0
  vault.requests.length = 0
  vault.faults.clear()
})

/** The examples that tests have run with success. */
const ran = new Set<string>()

/** Starts an example that may connect to nothing but this machine. */
function start(name: string, settings: Record<string, string> = {}) {
  const guard = `--import=${import.meta.resolve('../support/loopback-only.ts')}`
  const child = spawn(process.execPath, [guard, path.join(root, 'examples', `${name}.ts`)], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiled, ...env, ...settings },
  })
  const run = { child, output: '', errors: '', ended: ended(child) }
  child.stdout.on('data', (data) => {
    run.output += data
  })
  child.stderr.on('data', (data) => {
    run.errors += data
  })
  return run
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close')
  return code
}

/** The output of an example that succeeds. */
async function outputOf(name: string, settings?: Record<string, string>): Promise<string> {
  const example = start(name, settings)
  assert.equal(await example.ended, 0, example.errors)
  assertNoToken(example)
  ran.add(name)
  return example.output
}

/** The error output of an example that fails. */
async function errorOf(name: string, settings?: Record<string, string>): Promise<string> {
  const example = start(name, settings)
  assert.equal(await example.ended, 1, example.output)
  assertNoToken(example)
  return example.errors
}

/** Neither what it prints nor the error that ends it shows a token. */
function assertNoToken({ output, errors }: { output: string; errors: string }): void {
  assert.doesNotMatch(output + errors, /eyJ/)
}

function npmRunExample(...names: string[]) {
  // By a shell: npm is a batch file on Windows.
  const run = promisify(exec)(['npm run example', ...names].join(' '), {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  // The example with Redis ends with its input.
  run.child.stdin?.end()
  return run
}

describe('every example', () => {
  it('has at most 40 lines, and imports packages only', () => {
    for (const name of examples) {
      assert.ok(source(name).trimEnd().split('\n').length <= 40, name)
      assert.doesNotMatch(source(name), /from '\.|import\('/, name)
    }
  })

  it('begins by naming the settings that it reads', () => {
    for (const name of examples) {
      const [head = ''] = source(name).split('\nimport')
      const [, read = ''] = /const \{([^}]+)\} = process\.env/.exec(source(name)) ?? []
      const settings = read.match(/[A-Z][A-Z_]+/g) ?? []
      assert.ok(settings.length > 0, name)
      assert.deepEqual(
        settings.filter((setting) => !head.includes(setting)),
        [],
        name,
      )
    }
  })

  it('stands in the index of the README, with a sentence', () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
    const listed = [...readme.matchAll(/^\| \[`([\w-]+)`\]\(examples\/\1\.ts\) \| .+ \|$/gm)]

    assert.deepEqual(listed.map(([, name]) => name).sort(), [...examples].sort())
  })

  it('runs with `npm run example`, several one after another, and each with what else it needs', async () => {
    const { stdout } = await npmRunExample(
      'shared-credential',
      'developer-sign-in',
      ...(noRedis ? [] : ['redis-password']),
    )

    assert.match(stdout, /^document Welcome\.md\nsecret demo-secret.*\ndocument Welcome\.md\n/m)
    if (!noRedis) assert.match(stdout, /^connected to Redis/m)
  })

  it('is listed by `npm run example` without a name, or with a wrong one', async () => {
    for (const name of [[], ['nonsense']]) {
      await assert.rejects(npmRunExample(...name), {
        code: 2,
        stderr: new RegExp([...examples].sort().join(', ')),
      })
    }
  })

  it('is kept from connecting to another machine in these tests', async () => {
    const { IDENTITY_ENDPOINT: _, IDENTITY_HEADER: __, ...elsewhere } = env
    const guard = `--import=${import.meta.resolve('../support/loopback-only.ts')}`
    const program = path.join(root, 'examples', 'system-assigned.ts')

    await assert.rejects(promisify(execFile)(process.execPath, [guard, program], { env: elsewhere }), {
      code: 99,
      stderr: /169\.254\.169\.254/,
    })
  })
})

describe('shared-credential', () => {
  it('reads documents and the secret with one identity, which gets one token for each service', async () => {
    const output = await outputOf('shared-credential')

    assert.match(output, /^document Welcome\.md\nsecret demo-secret, version \w{32}\n$/)
    assert.deepEqual(identity.issued, [
      { resource: storage, to: 'id-keyless-express' },
      { resource: keyVault.challenge, to: 'id-keyless-express' },
    ])
  })

  it('does not start without AZURE_TOKEN_CREDENTIALS, which would let it use any sign-in of the machine', async () => {
    assert.match(
      await errorOf('shared-credential', { AZURE_TOKEN_CREDENTIALS: '' }),
      /AZURE_TOKEN_CREDENTIALS/,
    )
    assert.equal(identity.requests.length, 0)
  })
})

describe('system-assigned', () => {
  it('uses the system-assigned identity, although AZURE_CLIENT_ID names another', async () => {
    assert.match(await outputOf('system-assigned'), /^secret demo-secret/)
    assert.deepEqual(identity.issued, [{ resource: keyVault.challenge, to: 'app-keyless-express' }])
    assert.ok(env.AZURE_CLIENT_ID)
  })
})

describe('user-assigned', () => {
  it('uses one identity for the documents and another for the secret', async () => {
    assert.match(await outputOf('user-assigned'), /^document Welcome\.md\nsecret demo-secret/)
    assert.deepEqual(identity.issued, [
      { resource: storage, to: 'id-documents' },
      { resource: keyVault.challenge, to: 'id-secret' },
    ])
  })

  it('is refused when one identity is taken for the other', async () => {
    const error = await errorOf('user-assigned', { DOCUMENTS_CLIENT_ID: env.SECRET_CLIENT_ID ?? '' })

    assert.match(error, /AuthorizationPermissionMismatch|statusCode: 403/)
  })
})

describe('rest-api', () => {
  it('asks for one token, and uses it twice', async () => {
    assert.match(await outputOf('rest-api'), /^secret \/secrets\/demo-secret\/\w{32}\n$/)
    assert.deepEqual(identity.issued, [{ resource: keyVault.host, to: 'id-keyless-express' }])
    assert.equal(vault.requests.length, 2)
  })

  it('gets one fresh token when the API refuses the cached one', async () => {
    vault.faults.failNext(401)

    await outputOf('rest-api')

    assert.equal(identity.issued.length, 2)
    assert.equal(vault.requests.length, 3)
  })

  it('gives up when the API refuses the fresh one too', async () => {
    vault.faults.failNext(401, { times: Infinity })

    assert.match(await errorOf('rest-api'), /Error: \/secrets\/demo-secret: 401/)
    assert.equal(identity.issued.length, 2)
    assert.equal(vault.requests.length, 2)
  })

  it('follows a redirect to another host without the token', async (t) => {
    const { url, received } = await startOtherHost(t, `${vault.endpoint}/secrets/demo-secret`)
    vault.faults.failNext(302, { headers: { location: url } })

    assert.match(await outputOf('rest-api'), /^secret \/secrets\/demo-secret/)
    assert.deepEqual(received, [undefined])
  })

  it('sends no token to a link that leads elsewhere', async (t) => {
    const { url, received } = await startOtherHost(t, 'http://127.0.0.1:1/elsewhere')
    vault.faults.failNext(302, { headers: { location: url } })

    assert.match(await errorOf('rest-api'), /Error: http:\/\/127\.0\.0\.1:1 is not https:\/\/demo\.vault/)
    assert.deepEqual(received, [undefined])
  })
})

/** Another host, which answers with an id, and the Authorization headers that it receives. */
async function startOtherHost(t: TestContext, id: string) {
  const received: (string | undefined)[] = []
  const { port, close } = await serve(({ headers }) => {
    received.push(headers.authorization)
    return json(200, { id })
  })
  t.after(close)
  return { url: `http://127.0.0.1:${port}/elsewhere`, received }
}

describe('msal', () => {
  it('gets a token of each kind of identity', async () => {
    assert.match(
      await outputOf('msal'),
      /^systemAssigned: secret \/secrets\/demo-secret\/\w{32}\nuserAssigned: secret /,
    )
    assert.deepEqual(identity.issued, [
      { resource: keyVault.host, to: 'app-keyless-express' },
      { resource: keyVault.host, to: 'id-keyless-express' },
    ])
  })
})

describe('redis-password', () => {
  // With all that a connection string gives a meaning of its own.
  const passwords = ['first p%41:/@#?"é', 'second p%41:/@#?"é', 'third, which the vault has not got'] as const

  async function startExample(t: TestContext) {
    const redis = await startRedis(cloud, passwords[0])
    const admin = createClient({ url: redis.env.REDIS_URL, password: passwords[0] })
    await admin.connect()
    const example = start('redis-password', redis.env)
    t.after(async () => {
      example.child.kill()
      admin.destroy()
      await redis.close()
    })

    /** Drops the connection of the example, and waits until it has noticed. */
    async function disconnect(): Promise<void> {
      const { length } = example.errors
      await admin.sendCommand(['CLIENT', 'KILL', 'SKIPME', 'yes'])
      await eventually(() => example.errors.length > length)
    }

    /** Gives it a line, and waits for the count of it. */
    async function count(expected: string): Promise<void> {
      example.child.stdin.write(`${expected.split(':')[0]}\n`)
      await eventually(() => example.output.endsWith(`${expected}\n`))
    }

    await eventually(() => example.output.startsWith('connected'))
    return { example, admin, disconnect, count }
  }

  it('survives a rotation of the password, and reads it once more for each', { skip: noRedis }, async (t) => {
    const { example, admin, disconnect, count } = await startExample(t)
    await count('visit: 1')
    await disconnect()
    await count('visit: 2')
    assert.equal(vault.requests.length, 1)

    await admin.configSet('requirepass', passwords[1])
    vault.set('redis-password', passwords[1])
    await disconnect()
    await count('visit: 3')
    assert.equal(vault.requests.length, 2)

    example.child.stdin.end()
    assert.equal(await example.ended, 0)
    assertNoToken(example)
    for (const password of passwords) assert.ok(!`${example.output}${example.errors}`.includes(password))
  })

  it('gives up when the password of the vault is refused as well', { skip: noRedis }, async (t) => {
    const { example, admin, disconnect } = await startExample(t)

    await admin.configSet('requirepass', passwords[2])
    await disconnect()
    example.child.stdin.write('visit\n')

    assert.equal(await example.ended, 1)
    assert.match(example.errors, /WRONGPASS/)
    assert.equal(vault.requests.length, 2)
  })

  it('needs redis-server, and says so', async () => {
    const { PATH } = process.env
    process.env.PATH = ''
    try {
      await assert.rejects(startRedis(cloud, ''), /redis-server is not on the PATH: install it/)
    } finally {
      process.env.PATH = PATH
    }
  })
})

describe('developer-sign-in', () => {
  for (const program of ['az', 'azd'] as const) {
    it(`uses the sign-in of ${program}, and asks for no managed identity`, async (t) => {
      const { env, close } = await signIn(cloud, [program])
      t.after(close)

      assert.equal(await outputOf('developer-sign-in', env), 'document Welcome.md\n')
      assert.equal(identity.requests.length, 0)
    })
  }

  it('says what is missing when nobody is signed in', async (t) => {
    const { env, close } = await signIn(cloud, [])
    t.after(close)

    assert.match(
      await errorOf('developer-sign-in', env),
      /Azure CLI could not be found.*Azure Developer CLI couldn't be found/s,
    )
    assert.equal(identity.requests.length, 0)
  })
})

describe('every example', () => {
  it('was run by a test above', () => {
    // The one with Redis runs until its input ends, and has a test that ends it.
    const others = examples.filter((name) => name !== 'redis-password')

    assert.deepEqual([...ran].sort(), others.sort())
  })
})
