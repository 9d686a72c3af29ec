// Starts the local cloud and then a command that uses it; both end together.
// Started by run.js.
import { enableCompileCache } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createCommand, exitCode } from './command.ts'
import type { LocalCloud, Seed } from './index.ts'
import { announce } from './running.ts'

const usage = `Usage: node local-cloud/run.js [--seed <module>] [--pretty] [--switchboard] [--telemetry] -- <command> [options]

The module exports what the services hold as \`seed\`; without it they are empty.
With --pretty, lines of the command that are log records in JSON become readable text.
With --switchboard, a page shows what the services are asked, and makes them fail.
With --telemetry, the command is told to send its telemetry to the local cloud; the switchboard shows it.`

const { command, args, ...options } = readArguments(process.argv.slice(2))
if (!command) {
  console.error(usage)
  process.exit(2)
}

/** Resolves *.localhost. */
const preload = `--import=${import.meta.resolve('./localhost-names.ts')}`

const signals = ['SIGINT', 'SIGTERM'] as const
let stopping: NodeJS.Signals | undefined
for (const signal of signals) process.on(signal, () => (stopping ??= signal))

// Before anything large is loaded: from the second start on, it saves a sixth of the time that Node works.
enableCompileCache()
const { startLocalCloud } = await import('./index.ts')
// The seed's module is loaded while the services start.
const cloud = await startLocalCloud(options.seed === undefined ? {} : { seed: loadSeed(options.seed) })
try {
  process.exitCode = await run(cloud, command, args)
} finally {
  await cloud.close()
}

interface Arguments {
  seed?: string | undefined
  pretty?: boolean | undefined
  switchboard?: boolean | undefined
  telemetry?: boolean | undefined
  command?: string
  args: string[]
}

/** Options of our own end with `--`; whatever follows, or all of it without any, is the command. */
function readArguments(given: string[]): Arguments {
  const end = given[0]?.startsWith('--') ? given.indexOf('--') : -1
  const [command, ...args] = given.slice(end + 1)
  try {
    const { values } = parseArgs({
      args: given.slice(0, Math.max(0, end)),
      options: {
        seed: { type: 'string' },
        pretty: { type: 'boolean' },
        switchboard: { type: 'boolean' },
        telemetry: { type: 'boolean' },
      },
    })
    return { ...values, ...(command !== undefined && { command }), args }
  } catch {
    return { args }
  }
}

async function loadSeed(module: string): Promise<Seed> {
  const { seed } = await import(pathToFileURL(path.resolve(module)).href)
  if (!seed) throw new Error(`${module} exports no \`seed\``)
  return seed
}

/** The exit code of the command, which ends with the switchboard. */
async function run(cloud: LocalCloud, name: string, args: string[]): Promise<number> {
  if (stopping) return exitCode(null, stopping)
  const command = createCommand(name, args, {
    env: { ...process.env, ...cloud.env, ...telemetrySetting(cloud), NODE_OPTIONS: nodeOptions() },
    pretty: options.pretty ?? false,
  })
  const switchboard = options.switchboard ? await startSwitchboard(cloud, command) : undefined
  await announce(cloud, { ...cloud.env, NODE_OPTIONS: preload })
  describe(cloud, switchboard?.url)
  for (const signal of signals) {
    // A terminal sends Ctrl-C to the command as well, and twice would end a server that is still draining.
    const isSent = signal === 'SIGINT' && process.stdin.isTTY
    process.once(signal, () => (isSent ? command.cancelRestart() : command.kill(signal)))
  }
  try {
    return await command.run()
  } catch (error) {
    console.error(`Cannot run ${name}: ${error instanceof Error ? error.message : error}`)
    return 127
  } finally {
    await switchboard?.close()
  }
}

/** Never the caller's own component, which would be sent tokens of the local cloud. */
function telemetrySetting({ telemetry }: LocalCloud): NodeJS.ProcessEnv {
  const connectionString = options.telemetry ? telemetry.connectionString : undefined
  return { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString }
}

async function startSwitchboard(cloud: LocalCloud, command: ReturnType<typeof createCommand>) {
  const { startSwitchboard } = await import('./switchboard/index.ts')
  // Windows has no SIGTERM: the command would be killed, and what it has started would stay.
  return startSwitchboard(cloud, process.platform === 'win32' ? {} : { site: command })
}

/** In front, what the caller has set; a URL has no spaces even where the path does. */
function nodeOptions(): string {
  return [process.env.NODE_OPTIONS, preload].filter(Boolean).join(' ')
}

function describe(
  { identity, blobs, vault, sql, telemetry }: LocalCloud,
  switchboard: string | undefined,
): void {
  // To stderr: what the command prints is the only thing on stdout.
  console.error(`The local cloud is up:
  identity  ${identity.endpoint}
  blobs     ${blobs.endpoint}
  vault     ${vault.endpoint}
  sql       localhost:${sql.port}
  telemetry ${telemetry.endpoint}${options.telemetry ? '' : ' (nothing is sent: --telemetry)'}
${switchboard ? `Make it fail, and see what it is asked: ${switchboard}` : 'What it can be told to get wrong: local-cloud/README.md'}
What another terminal needs: npm run dev:env
`)
}
