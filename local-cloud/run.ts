// Starts the local cloud and then a command that uses it; both end together.
// Started by run.js.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { enableCompileCache } from 'node:module'
import { constants } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { LocalCloud, Seed } from './index.ts'

const usage = `Usage: node local-cloud/run.js [--seed <module>] [--pretty] -- <command> [options]

The module exports what the services hold as \`seed\`; without it they are empty.
With --pretty, lines of the command that are log records in JSON become readable text.`

const { seed, pretty, command, args } = readArguments(process.argv.slice(2))
if (!command) {
  console.error(usage)
  process.exit(2)
}

const signals = ['SIGINT', 'SIGTERM'] as const
let stopping: NodeJS.Signals | undefined
for (const signal of signals) process.on(signal, () => (stopping ??= signal))

// Before anything large is loaded: from the second start on, it saves a sixth of the time that Node works.
enableCompileCache()
const { startLocalCloud } = await import('./index.ts')
// The seed's module is loaded while the services start.
const cloud = await startLocalCloud(seed === undefined ? {} : { seed: loadSeed(seed) })
try {
  process.exitCode = await run(cloud, command, args)
} finally {
  await cloud.close()
}

interface Arguments {
  seed?: string | undefined
  pretty?: boolean | undefined
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
      options: { seed: { type: 'string' }, pretty: { type: 'boolean' } },
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

/** The exit code of the command; 128 and the signal's number when it was killed, as shells have it. */
async function run({ env }: LocalCloud, name: string, args: string[]): Promise<number> {
  if (stopping) return exitCode(null, stopping)
  describe(cloud)
  // The very Node that runs this file: another one on the PATH may be too old for it.
  const child = spawn(name === 'node' ? process.execPath : name, args, {
    stdio: ['inherit', pretty ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, ...env, NODE_OPTIONS: nodeOptions() },
  })
  for (const signal of signals) {
    // A terminal sends Ctrl-C to the command as well, and twice would end a server that is still draining.
    if (signal === 'SIGINT' && process.stdin.isTTY) continue
    process.once(signal, () => child.kill(signal))
  }
  try {
    if (child.stdout) void printReadably(child.stdout)
    // Its output has been read to the end by then.
    const [code, signal] = await once(child, 'close')
    return exitCode(code, signal)
  } catch (error) {
    console.error(`Cannot run ${name}: ${error instanceof Error ? error.message : error}`)
    return 127
  }
}

/** Prints log records in JSON as readable lines, and other lines as they are. */
async function printReadably(output: Readable): Promise<void> {
  const { prettyFactory } = await import('pino-pretty')
  const print = prettyFactory({
    colorize: process.stdout.isTTY,
    ignore: 'requestId',
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  })
  for await (const line of createInterface({ input: output })) process.stdout.write(print(line))
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? (signal ? 128 + constants.signals[signal] : 1)
}

/** In front, what the caller has set; a URL has no spaces even where the path does. */
function nodeOptions(): string {
  const preload = `--import=${import.meta.resolve('./localhost-names.ts')}`
  return [process.env.NODE_OPTIONS, preload].filter(Boolean).join(' ')
}

function describe({ identity, blobs, vault, sql }: LocalCloud): void {
  // To stderr: what the command prints is the only thing on stdout.
  console.error(`The local cloud is up:
  identity  ${identity.endpoint}
  blobs     ${blobs.endpoint}
  vault     ${vault.endpoint}
  sql       localhost:${sql.port}
What it can be told to get wrong: local-cloud/README.md
`)
}
