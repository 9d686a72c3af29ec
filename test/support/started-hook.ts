// A hook that runs: in a process of its own, or in one that has run others before.
import { setTimeout } from 'node:timers/promises'

export type Output = { stdout: string; stderr: string }
/** The code is null when a signal has ended the process. */
export type Outcome = Output & { code: number | null }

export type StartedHook = {
  pid: number | undefined
  /** What it has printed so far. */
  output: Output
  ended: Promise<Outcome>
}

/** What a test does with a hook while it runs. */
export function watch({ pid, output, ended }: StartedHook) {
  if (pid === undefined) throw new Error('The hook did not start.')
  let isRunning = true
  const stopped = () => {
    isRunning = false
  }
  ended.then(stopped, stopped)

  /**
   * Waits until something holds that the hook brings about, however long a busy machine takes for it.
   *
   * @throws Error when the hook ends before
   */
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (!isRunning) throw new Error(`The hook ended before ${holds}:\n${output.stdout}${output.stderr}`)
      await setTimeout(5)
    }
  }

  return {
    output,
    ended,
    until,
    /** Waits until the hook has printed something. */
    printed: (text: string) => until(() => output.stdout.includes(text)),
    kill: (signal: NodeJS.Signals) => process.kill(pid, signal),
    /** What a terminal does at Ctrl-C: all processes of the group hear it. Only where the hook has a group of its own. */
    pressCtrlC: () => process.kill(-pid, 'SIGINT'),
  }
}
