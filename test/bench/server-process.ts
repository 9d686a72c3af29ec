// A server that is measured, in a process of its own. The process itself says what CPU time and memory it has used.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

const preload = import.meta.resolve('./usage.js')
const localNames = import.meta.resolve('local-cloud/localhost-names.ts')
/** Such as --cpu-prof. */
const nodeFlags = process.env.BENCH_NODE_FLAGS?.split(' ') ?? []

export interface Usage {
  /** User and system time of all threads since the start. */
  cpuMs: number
  /** The highest since the last question, in bytes. */
  peakRss: number
}

export type ServerProcess = Awaited<ReturnType<typeof startServer>>

/** Starts a server on a free port, and waits until it listens. */
export async function startServer(file: string, env: Record<string, string>) {
  const child = fork(file, {
    env: { ...process.env, ...env, PORT: '0', NODE_ENV: 'production' },
    execArgv: ['--import', localNames, '--import', preload, ...nodeFlags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { port } = await messageFrom<{ port: number }>(child)

  return {
    origin: `http://127.0.0.1:${port}`,
    usage(): Promise<Usage> {
      child.send('usage')
      return messageFrom<Usage>(child)
    },
    async stop(): Promise<void> {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

function messageFrom<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`A server ended with code ${code}.`))
    child.once('exit', failed)
    child.once('message', (message) => {
      child.off('exit', failed)
      resolve(message as T)
    })
  })
}
