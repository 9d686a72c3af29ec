// Starts the local cloud and then a command that uses it; both end together.
// Started by run.js.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { type LocalCloud, startLocalCloud } from './index.ts'

const [command, ...options] = process.argv.slice(process.argv[2] === '--' ? 3 : 2)
if (!command) {
  console.error('Usage: node local-cloud/run.js -- <command> [options]')
  process.exit(2)
}

const signals = ['SIGINT', 'SIGTERM'] as const
let stopping: NodeJS.Signals | undefined
for (const signal of signals) process.on(signal, () => (stopping ??= signal))

const cloud = await startLocalCloud()
try {
  process.exitCode = await run(cloud, command, options)
} finally {
  await cloud.close()
}

/** The exit code of the command; 128 and the signal's number when it was killed, as shells have it. */
async function run({ env }: LocalCloud, name: string, args: string[]): Promise<number> {
  if (stopping) return exitCode(null, stopping)
  describe(cloud)
  // The very Node that runs this file: another one on the PATH may be too old for it.
  const child = spawn(name === 'node' ? process.execPath : name, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env, NODE_OPTIONS: nodeOptions() },
  })
  for (const signal of signals) {
    // A terminal sends Ctrl-C to the command as well, and twice would end a server that is still draining.
    if (signal === 'SIGINT' && process.stdin.isTTY) continue
    process.once(signal, () => child.kill(signal))
  }
  try {
    const [code, signal] = await once(child, 'exit')
    return exitCode(code, signal)
  } catch (error) {
    console.error(`Cannot run ${name}: ${error instanceof Error ? error.message : error}`)
    return 127
  }
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
