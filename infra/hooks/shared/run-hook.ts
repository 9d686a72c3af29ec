// Runs a hook: handles Ctrl-C, and prints one sentence when the hook fails.
import { Failure, reasonOf } from './failure.ts'
import { progress } from './progress.ts'

/**
 * Runs a hook. When it fails, prints one sentence to stderr and sets exit code 1, which stops azd.
 *
 * @param name the name of the hook in azure.yaml
 * @param work when the signal aborts, it has to stop, close what it has opened, and throw
 */
export async function runHook(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Every time, not once: a second Ctrl-C must not end the process before everything is closed.
    process.on(signal, () => {
      if (!stop.signal.aborted) progress.waiting('Stopping, and closing what was opened')
      stop.abort()
    })
  }
  // The terminal may close before the hook has closed everything.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    refuseOldNode(name)
    await work(stop.signal)
  } catch (error) {
    console.error(`\n(x) ${sentenceFor(error, name, stop.signal)}`)
    process.exitCode = 1
  }
}

/** azd runs hooks with npx, which uses the project's own Node.js if it is installed. */
function refuseOldNode(name: string): void {
  const { node } = process.versions
  if (Number.parseInt(node, 10) >= 22) return
  throw new Failure(
    `The hooks need Node.js 22 or newer, and this is ${node}: run \`npm ci\`, which brings one, then \`azd hooks run ${name}\`.`,
  )
}

function sentenceFor(error: unknown, name: string, { aborted }: AbortSignal): string {
  if (error instanceof Failure) return error.message
  if (aborted) return `Stopped, and nothing was left open: run \`azd hooks run ${name}\` to go on from here.`
  return `Something unexpected happened (${reasonOf(error)}): run \`azd hooks run ${name}\` again.`
}
