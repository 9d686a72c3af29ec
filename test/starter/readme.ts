// `npm run test:starter`: the commands that the README prints, in a fresh clone of what is committed. Those that need Azure are
// only recognized, and those that .ci/run runs anyway are left to it.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../support/eventually.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const readme = await readFile(join(project, 'README.md'), 'utf8')
const ciCommands = (await readFile(join(project, '.ci/run'), 'utf8')).split('\n')
// `npm cit` is short for both, and for the long name of both.
if (ciCommands.includes('npm cit')) ciCommands.push('npm ci', 'npm test', 'npm clean-install-test')

/** Installing from the registry, on a machine that does other things too. */
const PATIENCE_MS = 300_000

describe('the README, in a fresh clone', () => {
  let clone = ''
  let site: Running
  let address = ''

  before(async () => {
    // With a space, as folders on many desktops have.
    clone = join(await mkdtemp(join(tmpdir(), 'keyless-readme-')), 'my clone')
    await run(project, `git clone --quiet . "${clone}"`)
  })
  after(async () => {
    await site?.stop()
    await rm(join(clone, '..'), { recursive: true })
  })

  const steps = new Map<string, () => Promise<void>>([
    [
      'npm ci && npm run dev',
      async () => {
        site = start(clone, 'npm ci && npm run dev', { PORT: '0' })
        address = await addressOf(site)
      },
    ],
    [
      "curl -H 'Accept: application/json' 'http://localhost:3000/products?search=kettle&pageSize=5'",
      async () => assert.match(await request(0), /"products":\[\{.*Kettle/),
    ],
    [
      'curl -OJ http://localhost:3000/documents/Welcome.md',
      async () => {
        await request(1)
        assert.match(await readFile(join(clone, 'Welcome.md'), 'utf8'), /^# /)
        await rm(join(clone, 'Welcome.md'))
      },
    ],
    [
      'npx node --test test/config.test.ts',
      async () => assert.match(await run(clone, 'npx node --test test/config.test.ts'), /^ℹ fail 0$/m),
    ],
    [
      'npm run dev:telemetry',
      async () => {
        const observed = start(clone, 'npm run dev:telemetry', { PORT: '0' })
        await addressOf(observed).finally(observed.stop)
        assert.doesNotMatch(observed.output(), /nothing is sent/)
      },
    ],
    [
      'npm run dev:env',
      async () => assert.match(await run(clone, 'npm run dev:env'), /AZURE_SQL_SERVER='localhost'/),
    ],
    [
      'npm run rename "Corner Shop"',
      async () => {
        assert.match(await run(clone, 'npm run rename "Corner Shop"'), /is now Corner Shop \(corner-shop\)/)
        await run(clone, 'git checkout --quiet .')
      },
    ],
    [
      'npm run example <name>',
      async () =>
        assert.match(await run(clone, 'npm run example shared-credential'), /^document Welcome.md$/m),
    ],
    [
      'npm start',
      async () => {
        await run(clone, 'npm run build')
        const settings = await run(clone, 'npm start', { AZURE_SQL_SERVER: '' }, 1)
        assert.match(settings, /AZURE_SQL_SERVER is missing/)
      },
    ],
  ])

  for (const [command, step] of steps) it(command, step)

  it('has no other command, but for those that need Azure or that .ci/run runs', () => {
    const needsAzure = (command: string) => /^azd |dev:azure|^npx node examples\//.test(command)
    const tried = [...steps.keys()].flatMap((command) => [command, ...command.split(' && ')])
    assert.deepEqual(
      commandsIn(readme).filter((each) => !needsAzure(each) && ![...tried, ...ciCommands].includes(each)),
      [],
    )
  })

  it('has every command that is tried here', () => {
    const printed = commandsIn(readme)
    assert.deepEqual(
      [...steps.keys()].filter((command) => !printed.includes(command)),
      [],
    )
  })

  it('leaves nothing behind that git does not ignore', async () => {
    assert.equal(await run(clone, 'git status --porcelain'), '')
  })

  /** One of the requests, to the port of the site that runs. */
  function request(index: number): Promise<string> {
    const command = commandsIn(readme).filter((each) => each.startsWith('curl '))[index] ?? ''
    return run(clone, `${command} --fail --silent --show-error`.replace('http://localhost:3000', address))
  }
})

/** Lines of code, and commands within the text. `npx node` alone is a program to put in front of a file. */
function commandsIn(text: string): string[] {
  const lines = [...text.matchAll(/^ {4}((?:npm|npx|node|azd|curl|git) .*)$/gm)]
  const spans = [...text.matchAll(/`((?:npm|npx(?! node`)|azd|curl|git) [^`]*)`/g)]
  return [...new Set([...lines, ...spans].map(([, command = '']) => command.trim()))]
}

/** The address that the site logs once it listens. */
async function addressOf({ output, ended }: Running): Promise<string> {
  const pattern = /(?<=listening on )http:\S+/
  await eventually(() => pattern.test(output()) || ended(), PATIENCE_MS)
  const [address] = pattern.exec(output()) ?? []
  assert.ok(address, output())
  return address
}

interface Running {
  output(): string
  ended(): boolean
  stop(): Promise<void>
}

/** Starts a line of a shell, in a process group of its own. */
function start(cwd: string, line: string, settings: NodeJS.ProcessEnv = {}): Running {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const child: ChildProcess = spawn(line, {
    cwd,
    shell: true,
    detached: true,
    env: { ...inherited, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const closed = once(child, 'close')
  return {
    output: () => output,
    ended: () => child.exitCode !== null,
    async stop() {
      if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM')
      await closed
    },
  }
}

/** Runs a line of a shell to its end, and gives what it has printed. */
async function run(cwd: string, line: string, settings: NodeJS.ProcessEnv = {}, code = 0): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const child = spawn(line, { cwd, shell: true, env: { ...inherited, ...settings } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const [exitCode] = await once(child, 'close')
  assert.equal(exitCode, code, `${line}\n${output}`)
  return output
}
