// Runs the command that uses the local cloud, and starts it anew when it is told to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

interface CommandOptions {
  env: NodeJS.ProcessEnv
  /** Prints lines that are log records in JSON as readable text. */
  pretty: boolean
}

/** Prepares a command. `run` starts it; `kill` and `restart` do nothing before. */
export function createCommand(name: string, args: string[], { env, pretty }: CommandOptions) {
  let child: ChildProcess | undefined
  let isRestarting = false

  async function runOnce(): Promise<number> {
    // The very Node that runs this file: another one on the PATH may be too old for it.
    child = spawn(name === 'node' ? process.execPath : name, args, {
      stdio: ['inherit', pretty ? 'pipe' : 'inherit', 'inherit'],
      env,
    })
    isRestarting = false
    if (child.stdout) void printReadably(child.stdout)
    // Its output has been read to the end by then.
    const [code, signal] = await once(child, 'close')
    return exitCode(code, signal)
  }

  return {
    get isRestarting() {
      return isRestarting
    },

    /** Runs the command to its end, and again for each restart. Resolves with the exit code, as shells have it. */
    async run(): Promise<number> {
      for (;;) {
        const code = await runOnce()
        if (!isRestarting) return code
      }
    },

    /** Ends the command and starts it again, with nothing in memory. */
    restart(): void {
      if (isRestarting || !child) return
      isRestarting = true
      child.kill('SIGTERM')
    },

    /** From now on the command ends when it ends. */
    cancelRestart(): void {
      isRestarting = false
    },

    /** Passes on a signal that ends the command. */
    kill(signal: NodeJS.Signals): void {
      isRestarting = false
      child?.kill(signal)
    },
  }
}

/** 128 and the signal's number for a command that was killed. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? (signal ? 128 + constants.signals[signal] : 1)
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
