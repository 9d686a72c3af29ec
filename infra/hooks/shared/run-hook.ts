// The frame around each hook: Ctrl-C, and the one sentence that a failure ends in.
import { Failure, reasonOf } from './failure.ts'
import { progress } from './progress.ts'

/**
 * Runs a hook. When it fails, prints one sentence to stderr and lets the process end with code 1, which stops azd.
 *
 * @param name as azd knows it
 * @param work stops when the signal aborts, puts everything back and throws
 */
export async function runHook(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // On each of them, not once: a second, impatient Ctrl-C must not leave a service open.
    process.on(signal, () => {
      if (!stop.signal.aborted) progress.waiting('Stopping, and closing what was opened')
      stop.abort()
    })
  }
  // The terminal may be gone before everything is closed.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    refuseOldNode(name)
    await work(stop.signal)
  } catch (error) {
    console.error(`\n(x) ${sentenceFor(error, name, stop.signal)}`)
    process.exitCode = 1
  }
}

/** npx takes the Node.js that the project brings, unless it was not installed. */
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
