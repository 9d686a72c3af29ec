// A process that runs hooks one after another. Each finds what a process of its own would give it: its variables, its
// listeners, its exit code, no connection from before. Only the modules that it imports are loaded already.
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

export type Run = { hook: string; env: Record<string, string> }
export type Outcome = { code: number | null; stdout: string; stderr: string }

const streams = ['stdout', 'stderr'] as const
const sockets = new Set<Socket>()
let runs = 0

subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket }
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})
process.on('message', async (run: Run) => process.send?.(await outcomeOf(run)))
process.once('disconnect', () => process.exit())

async function outcomeOf({ hook, env }: Run): Promise<Outcome> {
  const output = { stdout: '', stderr: '' }
  const writers = streams.map((name) => [process[name], process[name].write] as const)
  for (const name of streams) {
    process[name].write = (text: string | Uint8Array) => {
      output[name] += text
      return true
    }
  }
  process.env = env
  process.exitCode = undefined
  try {
    runs += 1
    // The query makes it another module, which runs again.
    await import(`../../infra/hooks/${hook}.ts?run=${runs}`)
    return { code: process.exitCode ?? 0, ...output }
  } finally {
    for (const [stream, write] of writers) stream.write = write
    leaveNothing()
  }
}

function leaveNothing(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)
  for (const name of streams) process[name].removeAllListeners('error')
  for (const socket of sockets) socket.destroy()
}
